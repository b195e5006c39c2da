/** The OpenAPI document, made of the same schemas that check what comes in. */
import { z } from "zod";
import type { Operation } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";
import { eventShape } from "./shapes.ts";

type Json = Record<string, unknown>;

const PROBLEM: Json = {
  type: "object",
  required: ["type", "title", "status", "detail"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    errors: {
      type: "array",
      items: { type: "object", properties: { name: { type: "string" }, detail: { type: "string" } } },
    },
  },
};

export function openApi(version: string): Json {
  return {
    openapi: "3.1.0",
    info: {
      title: "Rollcall",
      version,
      description:
        "Everything the dashboard shows. Instants are UTC epoch milliseconds, durations milliseconds. Time that nobody observed is unknown: never offline, and in no denominator.",
    },
    servers: [{ url: "/api/v1" }],
    security: [{ token: [] }, { session: [] }],
    paths: { ...Object.fromEntries(OPERATIONS.map((one) => [one.path, { get: described(one) }])), ...CHANGES },
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "Made in Settings, or with rollcall token add" },
        session: { type: "apiKey", in: "cookie", name: "rollcall_PORT", description: "A browser that is signed in" },
      },
      schemas: { Problem: PROBLEM },
    },
  };
}

const REFUSED = {
  description: "Why not, as RFC 9457 has it",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

const CHANGES: Json = {
  "/changes": {
    get: {
      operationId: "changes",
      summary: "Server-sent events: each change as it is recorded, with its seq as the event's id",
      parameters: [
        {
          name: "Last-Event-ID",
          in: "header",
          description: "go on behind this seq; from now on, unless given",
          schema: { type: "string" },
        },
      ],
      responses: {
        200: {
          description: "events of the type change",
          content: { "text/event-stream": { schema: schemaOf(eventShape) } },
        },
        default: REFUSED,
      },
    },
  },
};

function described({ path, summary, query, answer }: Operation): Json {
  return {
    operationId:
      path
        .replace(/\/\{id\}/g, "")
        .slice(1)
        .replace(/[/-]/g, "_") + (path.endsWith("{id}") ? "_one" : ""),
    summary,
    parameters: [
      ...(path.includes("{id}") ? [{ name: "id", in: "path", required: true, schema: { type: "integer" } }] : []),
      ...Object.entries(query.shape).map(([name, shape]) => {
        const { description, ...schema } = z.toJSONSchema(shape as z.ZodType, { io: "input" }) as Json;
        const { $schema: _, ...rest } = schema;
        return { name, in: "query", required: false, ...(description ? { description } : {}), schema: rest };
      }),
    ],
    responses: {
      200: { description: summary, content: { "application/json": { schema: schemaOf(answer) } } },
      default: REFUSED,
    },
  };
}

function schemaOf(shape: z.ZodType): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(shape) as Json;
  return schema;
}
