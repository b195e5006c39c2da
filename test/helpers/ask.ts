/** One request by node:http, which sends the Host header that it is told to. */
import { request } from "node:http";

export interface Answer {
  code: number | undefined;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface Asking {
  /** From which address of this computer. */
  localAddress?: string;
  port: number;
  path: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

export function ask({ port, path, method = "GET", headers = {}, body = "", localAddress }: Asking): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(
      { host: "127.0.0.1", port, path, headers, method, agent: false, ...(localAddress ? { localAddress } : {}) },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        answer.on("end", () => resolve({ code: answer.statusCode, headers: answer.headers, body: text }));
      },
    );
    asking.on("error", reject).end(body);
  });
}

/** A form as a browser posts it from a page at `origin`. */
export function form(origin: string, fields: Record<string, string>): Pick<Asking, "method" | "headers" | "body"> {
  return {
    method: "POST",
    headers: { Origin: origin, "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields).toString(),
  };
}
