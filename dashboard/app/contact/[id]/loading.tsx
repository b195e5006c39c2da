/** The shape of what is coming; it claims nothing. */
export default function Loading() {
  return (
    <div role="status" aria-label="Loading the history" className="animate-pulse motion-reduce:animate-none">
      <div className="h-8 w-56 rounded-lg bg-line" />
      <div className="mt-4 h-6 w-80 max-w-full rounded-lg bg-line" />
      <div className="panel mt-8 h-96" />
      <div className="panel mt-5 h-72" />
    </div>
  );
}
