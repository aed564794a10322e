// A page: its title, its heading that takes the focus, and what it shows while it waits or fails.
import { useInfiniteQuery, type UseQueryResult } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useDeferredValue, useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { Refused, Unreachable } from "../api/client";
import { useMe } from "../api/session";
import { Button } from "./button";

let arrived = false;

/** The first page is where the browser put the person; after that the heading says where they are. */
function useArrival(title: string, caption: ReactNode) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (arrived) {
      const held = document.activeElement;
      if (!held || held === document.body || !document.getElementById("main")?.contains(held)) heading.current?.focus();
    }
    arrived = true;
  }, []);
  useEffect(() => {
    document.title = `${title} – Fairlot`;
    // What stands at the foot of each sheet, if it is printed
    document.documentElement.style.setProperty("--sheet", JSON.stringify(typeof caption === "string" ? `${caption}: ${title}` : title));
  }, [title, caption]);
  return heading;
}

export interface Wearing {
  name: string;
  colour: string;
}
export const WearContext = createContext<(worn: Wearing | null) => void>(() => {});

export function Page({
  title,
  caption,
  lead,
  back,
  authority,
  children,
}: {
  title: string;
  caption?: ReactNode;
  lead?: ReactNode;
  back?: { to: string; words: string };
  /** The council whose page this is, for those who are not its own officers */
  authority?: Wearing;
  children: ReactNode;
}) {
  const heading = useArrival(title, caption);
  const wear = useContext(WearContext);
  const { name, colour } = authority ?? {};
  useEffect(() => {
    if (name && colour) wear({ name, colour });
    return () => wear(null);
  }, [wear, name, colour]);
  return (
    <>
      {back ? (
        <Link to={back.to} className="govuk-back-link govuk-!-margin-top-0">
          {back.words}
        </Link>
      ) : null}
      <div className="fl-heading">
        {caption ? <span className="govuk-caption-l">{caption}</span> : null}
        <h1 className="govuk-heading-l" tabIndex={-1} ref={heading}>
          {title}
        </h1>
        {lead ? <p className="govuk-body-l">{lead}</p> : null}
      </div>
      {children}
    </>
  );
}

export function Loading() {
  return (
    <p className="govuk-body fl-loading" role="status">
      Loading…
    </p>
  );
}

export function NotFound() {
  return (
    <Page title="Page not found">
      <p className="govuk-body">There is nothing here, or it is not yours to see.</p>
      <p className="govuk-body">
        If you typed the address, check that it is right. You can <Link to="/" className="govuk-link">go to the start page</Link>.
      </p>
    </Page>
  );
}

export function Trouble({ error, again }: { error: Error; again?: () => void }) {
  const me = useMe();
  // What could not be reached is tried again as soon as the connection is back.
  const lost = error instanceof Unreachable;
  useEffect(() => {
    if (!lost || !again) return;
    window.addEventListener("online", again);
    return () => window.removeEventListener("online", again);
  }, [lost, again]);
  if (error instanceof Refused) {
    if (error.status === 404) return <NotFound />;
    if (error.status === 403) {
      return (
        <Page title="You cannot see this page">
          <p className="govuk-body fl-prose">{error.problem.detail}</p>
          {me ? <p className="govuk-body">You are signed in as {me.name}.</p> : null}
          <p className="govuk-body">
            <Link to="/" className="govuk-link">
              Go to the start page
            </Link>
          </p>
        </Page>
      );
    }
    return (
      <Page title={error.status >= 500 ? "Sorry, there is a problem" : error.problem.title}>
        <p className="govuk-body fl-prose">{error.problem.detail}</p>
        {again && error.status >= 500 ? <Button onClick={again}>Try again</Button> : null}
      </Page>
    );
  }
  return (
    <Page title={lost ? "We cannot reach Fairlot" : "Sorry, there is a problem"}>
      <p className="govuk-body fl-prose">
        {lost
          ? "Check your connection. Nothing you typed is lost, and this page goes on by itself when the connection is back."
          : "Something on this page did not work. Nothing you typed is lost."}
      </p>
      {again ? <Button onClick={again}>Try again</Button> : null}
    </Page>
  );
}

type Awaited<T> = Pick<UseQueryResult<T>, "data" | "error" | "refetch">;

/** What is read, or how that stands. Something already read is kept while newer cannot be. */
export function Await<T>({ query, children }: { query: Awaited<T>; children: (data: T) => ReactNode }) {
  // What has just come is drawn in pieces, so that a slow telephone still answers its person meanwhile.
  const come = useDeferredValue(query.data !== undefined);
  if (come && query.data !== undefined) {
    return (
      <>
        {query.error && !(query.error instanceof Refused) ? (
          <p className="govuk-body fl-quiet">We could not read this again just now: it may be out of date.</p>
        ) : null}
        {children(query.data)}
      </>
    );
  }
  if (query.error) return <Trouble error={query.error} again={() => void query.refetch()} />;
  return <Loading />;
}

interface Pages<T> {
  pages: { items: T[] }[];
}

type PagesQuery<T> = Pick<
  ReturnType<typeof useInfiniteQuery<unknown, Error, Pages<T>>>,
  "data" | "error" | "refetch" | "isFetching" | "hasNextPage" | "fetchNextPage"
>;

/** Reads one page more. A list that is read again meanwhile, since something happened, would forget the press, and a press
 *  would end that reading: one waits for the other. */
function More<T>({ query }: { query: PagesQuery<T> }) {
  const [looks, setLooks] = useState(false);
  async function look() {
    setLooks(true);
    const shown = query.data?.pages.length ?? 0;
    for (let again = query.isFetching; ; again = true) {
      if (again) await query.refetch({ cancelRefetch: false });
      const { isError, data, hasNextPage } = await query.fetchNextPage();
      if (isError || !hasNextPage || (data?.pages.length ?? 0) > shown) break;
    }
    setLooks(false);
  }
  return (
    <Button kind="secondary" disabled={looks} onClick={() => void look()}>
      Show more
    </Button>
  );
}

/** A list that is read a page at a time */
export function AwaitList<T>({ query, children }: { query: PagesQuery<T>; children: (items: T[]) => ReactNode }) {
  return (
    <Await query={query as unknown as Awaited<Pages<T>>}>
      {(data) => (
        <>
          {children(data.pages.flatMap((page) => page.items))}
          {query.hasNextPage ? <More query={query} /> : null}
        </>
      )}
    </Await>
  );
}
