// The server's word on a package while it is typed. It is asked when the typing rests, the latest question wins, and what
// was answered stays until the next answer is there.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api, must } from "../../api/client";
import { announce } from "../../govuk/announce";
import { faultsByField, heard, type PackageChecked, type PackageTyped } from "./typed";

/** Milliseconds without a key before the server is asked */
const REST = 600;

function useRested<T>(value: T): T {
  const key = JSON.stringify(value);
  const [rested, setRested] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setRested(key), REST);
    return () => clearTimeout(timer);
  }, [key]);
  return JSON.parse(rested) as T;
}

export interface Checking {
  checked?: PackageChecked;
  /** By field, of what was asked about last */
  faults: Record<string, string>;
}

export function useChecking(typed: PackageTyped): Checking {
  const asked = useRested(typed);
  const enabled = !!(asked.category_id || asked.title || asked.needs || asked.outward_code);
  const answer = useQuery({
    queryKey: ["package-check", asked],
    queryFn: async ({ signal }) => ({
      sent: asked,
      checked: await must(api.POST("/api/packages/check", { body: asked, signal })),
    }),
    enabled,
    placeholderData: keepPreviousData,
    // What is typed of a person is kept no longer than it is shown.
    gcTime: 0,
    retry: false,
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
  const data = enabled ? answer.data : undefined;
  const words = data ? heard(data.checked) : "";
  const said = useRef("");
  useEffect(() => {
    if (words && words !== said.current) announce(words);
    said.current = words;
  }, [words]);
  return { checked: data?.checked, faults: data ? faultsByField(data.checked, data.sent) : {} };
}
