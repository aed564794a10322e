// A decision needs that the person confirms who they are. The server says when; what was typed stays.
import { useEffect, useState } from "react";
import { api, must, Refused } from "../api/client";
import { useMe } from "../api/queries";
import { type FieldErrors, Input } from "./form";
import { Inset } from "./show";

const isWanted = (error: unknown): boolean => error instanceof Refused && error.problem.code === "confirmation_needed";

/** Asks for the password where the server wants it, before the act itself. `prefix` is that of the form. */
export function useConfirm(prefix: string) {
  const me = useMe();
  const demo = !!me?.demo;
  const [asking, setAsking] = useState(false);
  const [password, setPassword] = useState("");
  useEffect(() => {
    if (asking) document.getElementById(demo ? `${prefix}-confirm` : `${prefix}-password`)?.focus();
  }, [asking, demo, prefix]);

  async function confirmed<T>(act: () => Promise<T>): Promise<T> {
    try {
      if (asking) await must(api.POST("/api/session/confirm", { body: { password: demo ? null : password } }));
      const done = await act();
      setAsking(false);
      setPassword("");
      return done;
    } catch (error) {
      if (isWanted(error)) setAsking(true);
      throw error;
    }
  }

  const wanted: FieldErrors | undefined = asking && !demo && !password ? { password: "Enter your password" } : undefined;
  const field = !asking ? null : demo ? (
    <div id={`${prefix}-confirm`} tabIndex={-1}>
      <Inset>
        <strong>This is a demonstration,</strong> so one more click confirms that you are {me?.name}. Elsewhere you would give your password here.
      </Inset>
    </div>
  ) : (
    <Input
      name="password"
      type="password"
      label="Confirm that it is you: your password"
      labelSize="s"
      hint="A decision needs it again after ten minutes. Nothing that you typed is lost."
      value={password}
      onChange={setPassword}
      autoComplete="current-password"
      width={20}
    />
  );
  return {
    asking,
    confirmed,
    /** What is missing before the act can be tried */
    wanted,
    field,
    /** Being asked is no error */
    shown: (error: Error | null) => (isWanted(error) ? null : error),
  };
}
