/// <reference types="next" />

/** Next's own marker: a client component that imports a module with it does not build. */
declare module "server-only";
