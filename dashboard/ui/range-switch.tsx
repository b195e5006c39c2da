import Link from "next/link";

interface Props {
  label: string;
  choices: { href: string; words: string; isChosen: boolean }[];
}

/** One of a few ranges; the choice stands in the address. */
export function RangeSwitch({ label, choices }: Props) {
  return (
    <nav
      aria-label={label}
      className="flex max-w-full flex-wrap rounded-lg border border-line bg-ground p-0.5 text-[13px]"
    >
      {choices.map(({ href, words, isChosen }) => (
        <Link
          key={href}
          href={href}
          scroll={false}
          prefetch={false}
          aria-current={isChosen ? "true" : undefined}
          className={`rounded-md px-3 py-1 ${isChosen ? "bg-card font-medium shadow-sm ring-1 ring-line" : "text-soft hover:text-ink"}`}
        >
          {words}
        </Link>
      ))}
    </nav>
  );
}
