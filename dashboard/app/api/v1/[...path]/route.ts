import { answerApi, onlyRead } from "../../../../api/answer.ts";
import { openApi } from "../../../../api/openapi.ts";

export const dynamic = "force-dynamic";

/** Of the API; what is added to it changes nothing that is there. */
const VERSION = "1.0.0";

type Context = { params: Promise<{ path: string[] }> };

export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { path } = await params;
  if (path.join("/") === "openapi.json") return Response.json(openApi(VERSION));
  return answerApi(path, new URL(request.url).searchParams);
}

export const POST = onlyRead;
export const PUT = onlyRead;
export const PATCH = onlyRead;
export const DELETE = onlyRead;
