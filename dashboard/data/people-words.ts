/** `0`, `under 0.1`, `3.2`, `41`: how many people, on average. */
export function peopleWords(people: number): string {
  if (people === 0) return "0";
  if (people < 0.05) return "under 0.1";
  return people < 10 ? people.toFixed(1) : Math.round(people).toString();
}
