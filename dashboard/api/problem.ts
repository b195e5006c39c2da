/** What the API says when it cannot answer: RFC 9457, with every bad parameter named at once. */
export interface BadParameter {
  name: string;
  detail: string;
}

/** Something about the request that whoever wrote it can put right. */
export class BadParameters extends Error {
  override readonly name = "BadParameters";
  readonly parameters: readonly BadParameter[];
  constructor(parameters: readonly BadParameter[]) {
    super(parameters.map(({ name, detail }) => `${name}: ${detail}`).join("; "));
    this.parameters = parameters;
  }
}

const TITLES = {
  400: "A parameter will not do",
  404: "There is no such thing",
  405: "That can only be read",
  500: "The history cannot be read",
  503: "Not now",
} as const;

export function problem(
  status: keyof typeof TITLES,
  detail: string,
  more: { errors?: readonly BadParameter[]; headers?: Record<string, string> } = {},
): Response {
  const { errors, headers = {} } = more;
  const body = { type: "about:blank", title: TITLES[status], status, detail, ...(errors ? { errors } : {}) };
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: { "Content-Type": "application/problem+json", "Cache-Control": "no-store", ...headers },
  });
}
