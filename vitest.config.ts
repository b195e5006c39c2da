import { defineConfig } from "vitest/config";
import { closingLine } from "./test/helpers/closing-line.ts";

// Generous: a limit is for what hangs, not for what is slow on a machine that others use as well.
const shared = {
  setupFiles: ["test/helpers/setup.ts"],
  testTimeout: 120_000,
  hookTimeout: 120_000,
  restoreMocks: true,
};

export default defineConfig({
  test: {
    reporters: ["default", closingLine],
    pool: "forks",
    // Two files at a time: the real processes and the browser that tests start need room too.
    maxWorkers: 2,
    projects: [
      { test: { ...shared, name: "unit", include: ["test/unit/**/*.test.ts"] } },
      { test: { ...shared, name: "integration", include: ["test/integration/**/*.test.ts"] } },
      {
        test: {
          ...shared,
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["test/e2e/global-setup.ts"],
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
