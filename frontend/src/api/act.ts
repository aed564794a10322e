// An act is a command with its own key. The key is made once and kept while the outcome is
// unknown, so that trying the same thing again can never do it twice.
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { Refused } from "./client";

export class ActKey {
  private content: string | null = null;
  private key = "";

  /** The key for this content: the former one if its outcome is still unknown. */
  keyFor(body: unknown): string {
    const content = JSON.stringify(body ?? null);
    if (content !== this.content) {
      this.content = content;
      this.key = crypto.randomUUID();
    }
    return this.key;
  }

  /** The server has answered: the next act is another one. */
  settle(): void {
    this.content = null;
  }
}

export function useAct<Body, Result>(
  perform: (body: Body, key: string) => Promise<Result>,
  then?: { onDone?: (result: Result, body: Body) => unknown },
) {
  const key = useRef<ActKey>(undefined);
  key.current ??= new ActKey();
  return useMutation<Result, Error, Body>({
    networkMode: "always",
    mutationFn: async (body) => {
      try {
        const result = await perform(body, key.current!.keyFor(body));
        key.current!.settle();
        return result;
      } catch (error) {
        if (error instanceof Refused && error.status < 500) key.current!.settle();
        throw error;
      }
    },
    onSuccess: async (result, body) => {
      await then?.onDone?.(result, body);
    },
  });
}
