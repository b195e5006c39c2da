"use client";
import { type KeyboardEvent, type PointerEvent, type RefObject, useRef, useState } from "react";

/** A place in a grid of cells. */
export interface Place {
  row: number;
  column: number;
}

export type Direction = "up" | "down" | "left" | "right" | "start" | "end";

const KEYS: Record<string, Direction> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
  Home: "start",
  End: "end",
};

export interface Roving {
  container: RefObject<HTMLDivElement | null>;
  /** The cell whose words are shown: under the pointer, or else focused. */
  shown: { place: Place; anchor: Anchor } | undefined;
  containerProps: {
    onKeyDown: (event: KeyboardEvent) => void;
    onPointerOver: (event: PointerEvent) => void;
    onPointerLeave: () => void;
    onFocus: (event: React.FocusEvent) => void;
    onBlur: () => void;
  };
  /** For each cell: the one tab stop of the grid moves with the arrow keys. */
  cellProps: (place: Place) => { "data-place": string; tabIndex: 0 | -1 };
}

/** Where the cell lies in the container, in pixels. */
export interface Anchor {
  centreX: number;
  top: number;
}

/** Arrow keys in a grid of cells, and the words of the cell under pointer or focus. `move` answers where a key leads. */
export function useRoving(start: Place, move: (from: Place, to: Direction) => Place): Roving {
  const container = useRef<HTMLDivElement>(null);
  const [stop, setStop] = useState(start);
  const [shown, setShown] = useState<Roving["shown"]>();

  const show = (target: EventTarget) => {
    const cell = target instanceof Element ? target.closest<HTMLElement>("[data-place]") : null;
    if (!cell || !container.current) return setShown(undefined);
    const [row = 0, column = 0] = (cell.dataset.place ?? "").split(",").map(Number);
    const inner = cell.getBoundingClientRect();
    const outer = container.current.getBoundingClientRect();
    const anchor = { centreX: inner.left + inner.width / 2 - outer.left, top: inner.top - outer.top };
    setShown({ place: { row, column }, anchor });
    return undefined;
  };

  return {
    container,
    shown,
    cellProps: ({ row, column }) => ({
      "data-place": `${row},${column}`,
      tabIndex: stop.row === row && stop.column === column ? 0 : -1,
    }),
    containerProps: {
      onKeyDown: (event) => {
        if (event.key === "Escape") setShown(undefined);
        const direction = KEYS[event.key];
        if (!direction || event.altKey || event.metaKey) return;
        event.preventDefault();
        const next = move(stop, direction);
        setStop(next);
        container.current?.querySelector<HTMLElement>(`[data-place="${next.row},${next.column}"]`)?.focus();
      },
      onPointerOver: ({ target }) => show(target),
      onPointerLeave: () => setShown(undefined),
      onFocus: ({ target }) => {
        const place = (target as HTMLElement).dataset.place;
        if (!place) return;
        const [row = 0, column = 0] = place.split(",").map(Number);
        setStop({ row, column });
        show(target);
      },
      onBlur: () => setShown(undefined),
    },
  };
}
