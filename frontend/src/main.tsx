import "./govuk/govuk.scss";
import { QueryClientProvider } from "@tanstack/react-query";
import { startTransition, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { cache, session, status } from "./api/session";
import { Catch } from "./govuk/catch";
import { Frame } from "./frame";
import { Pages } from "./routes";

// Asked for before anything is drawn: every page waits for both.
void cache.prefetchQuery(session);
void cache.prefetchQuery(status);

const root = createRoot(document.getElementById("fairlot")!);
// Drawn in pieces, so that a slow telephone answers its person meanwhile.
startTransition(() =>
  root.render(
    <StrictMode>
      <QueryClientProvider client={cache}>
        <BrowserRouter>
          <Frame>
            <Catch>
              <Pages />
            </Catch>
          </Frame>
        </BrowserRouter>
      </QueryClientProvider>
    </StrictMode>,
  ),
);
