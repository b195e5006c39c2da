/** The downloads of the pages, for programs: `/api/v1/export/spans.csv?contact=…`. */
export { GET } from "../../../../export/[file]/route.ts";

export const dynamic = "force-dynamic";
