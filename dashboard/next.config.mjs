import { join } from "node:path";

/** @type {import("next").NextConfig} */
const config = {
  agentRules: false,
  // On loopback it saves nothing, and it would hold back server-sent events and streamed downloads.
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
