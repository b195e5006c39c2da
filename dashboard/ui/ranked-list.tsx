import Link from "next/link";
import type { RankedPerson } from "../data/ranked-people.ts";

interface Props {
  title: string;
  people: RankedPerson[];
  /** The part of an address that keeps the zone. */
  search: string;
}

/** People with the share of observed time in which they were around; every bar has the same scale, 0 to 100 %. */
export function RankedList({ title, people, search }: Props) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1 text-sm font-medium">{title}</h3>
      <ol>
        {people.map(({ key, contactId, name, share, shareWords, timeWords, isThin }) => (
          <li
            key={key}
            className="grid grid-cols-[minmax(0,1fr)_11rem] gap-x-4 border-t border-line py-2 first:border-t-0"
          >
            <Link href={`/contact/${contactId}${search}`} prefetch={false} className="truncate text-sm hover:underline">
              <bdi>{name}</bdi>
            </Link>
            <span className="text-right text-sm font-medium">{shareWords}</span>
            <span aria-hidden="true" className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-ground ring-1 ring-line">
              <span
                className={`block h-full ${isThin ? "thin" : ""} bg-mark`}
                style={{ width: `${(share * 100).toFixed(2)}%` }}
              />
            </span>
            <span className="text-right text-[13px] whitespace-nowrap text-soft">
              {timeWords}
              {isThin && " — too little to lean on"}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
