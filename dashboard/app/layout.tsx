import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { callerOf } from "../data/caller.ts";
import { openHistory } from "../data/history.ts";
import { PageFrame } from "../ui/page-frame.tsx";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Rollcall", template: "%s · Rollcall" },
  robots: { index: false, follow: false },
};

export const viewport: Viewport = { colorScheme: "light dark" };

export default async function Layout({ children }: { children: ReactNode }) {
  // Every page is drawn for its request: its data is, and so is the nonce of its scripts.
  await connection();
  const isGuest = callerOf(await headers()).kind === "guest";
  return (
    <html lang="en">
      <body>
        <PageFrame isSandbox={openHistory().isSandbox} isGuest={isGuest}>
          {children}
        </PageFrame>
      </body>
    </html>
  );
}
