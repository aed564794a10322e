import "./govuk/govuk.scss";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { cache } from "./api/session";
import { Catch } from "./govuk/catch";
import { Frame } from "./frame";
import { Pages } from "./routes";

createRoot(document.getElementById("fairlot")!).render(
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
);
