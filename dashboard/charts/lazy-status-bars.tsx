"use client";
import dynamic from "next/dynamic";
import type { StatusBars as Bars } from "./status-bars.tsx";

/** Recharts is two thirds of a page's script: it comes when the page stands, and until then there is its room. */
export const StatusBars = dynamic(() => import("./status-bars.tsx").then((module) => module.StatusBars), {
  ssr: false,
  loading: () => <div className="h-64" />,
}) as typeof Bars;
