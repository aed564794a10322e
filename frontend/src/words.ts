// The words people read, where more than one page says them. One word per concept.
//
// Pages import from here. Each file is fetched with the first page that says something in it; what the
// frame says is with the first script, which has a limit (vite.config.ts). A new word goes beside its page,
// or into the file of its noun when a second page says it.
export * from "./words/people";
export * from "./words/opportunities";
export * from "./words/markets";
export * from "./words/prices";
