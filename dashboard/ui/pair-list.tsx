import Link from "next/link";
import type { Pair } from "../data/pairs.ts";

/** Who is around together: the time they share, and how that compares with chance. */
export function PairList({ pairs, search }: { pairs: Pair[]; search: string }) {
  return (
    <ol>
      {pairs.map(({ a, b, timeWords, shareWords, liftWords }) => (
        <li
          key={`${a.contactId} ${b.contactId}`}
          className="grid gap-x-6 border-t border-line py-2 text-sm first:border-t-0 sm:grid-cols-[minmax(0,1fr)_auto]"
        >
          <p className="min-w-0 [overflow-wrap:anywhere]">
            <Name {...a} search={search} /> <span className="text-soft">and</span> <Name {...b} search={search} />
          </p>
          <p className="sm:text-right">
            <span className="font-medium">{liftWords}</span> <span className="text-soft">what chance would give</span>
          </p>
          <p className="text-[13px] text-soft sm:col-span-2">
            Together for {timeWords}: {shareWords} of the time in which either was around.
          </p>
        </li>
      ))}
    </ol>
  );
}

function Name({ contactId, name, search }: { contactId: number; name: string; search: string }) {
  return (
    <Link href={`/contact/${contactId}${search}`} prefetch={false} className="hover:underline">
      <bdi>{name}</bdi>
    </Link>
  );
}
