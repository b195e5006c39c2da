/** What a form came to. */
export function Said({ isGood, text }: { isGood: boolean; text: string }) {
  return (
    <p
      role="status"
      className={`mt-4 rounded-lg border px-4 py-2.5 text-sm [overflow-wrap:anywhere] ${isGood ? "border-line bg-tint" : "border-warn-line bg-warn-ground text-warn"}`}
    >
      <bdi>{text}</bdi>
    </p>
  );
}
