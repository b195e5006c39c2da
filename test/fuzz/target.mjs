// What Jazzer.js loads; it takes no .ts file.
const { fuzz } = await import(`./${process.env.FUZZ_TARGET}.ts`);

export { fuzz };
