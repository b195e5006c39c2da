import { join } from "node:path";

/** @type {import("next").NextConfig} */
const config = {
  agentRules: false,
  // It would hold back server-sent events and streamed downloads. Scripts and styles are packed when they are built.
  compress: false,
  devIndicators: false,
  poweredByHeader: false,
  reactStrictMode: true,
  serverExternalPackages: ["better-sqlite3"],
  turbopack: { root: join(import.meta.dirname, "..") },
  // `npm run check` does this for the whole project.
  typescript: { ignoreBuildErrors: true },
};

export default config;
