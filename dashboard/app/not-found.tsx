import Link from "next/link";
import { Face } from "../ui/faces.tsx";

export default function NotFound() {
  return (
    <Face title="There is nothing at this address">
      <p>A contact's address changes when the history is recorded afresh.</p>
      <p>
        <Link href="/" className="text-mark underline underline-offset-2">
          See who is around now
        </Link>
      </p>
    </Face>
  );
}
