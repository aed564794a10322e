import { Component, type ReactNode } from "react";
import { Unreachable } from "../api/client";
import { Trouble } from "./page";

/** A page that fails to load or to draw says so, and the frame round it goes on. */
export class Catch extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    // Without a connection it is a page's own file that cannot be fetched, and nothing is wrong with it.
    if (!navigator.onLine) return { error: new Unreachable() };
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    const { error } = this.state;
    // A page's own file that cannot be fetched is usually a newer version of Fairlot: start it.
    return error ? <Trouble error={error} again={() => window.location.reload()} /> : this.props.children;
  }
}
