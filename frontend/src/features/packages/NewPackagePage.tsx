import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { carePackage } from "../../api/queries";
import type { PackageForm } from "../../api/types";
import { Page } from "../../govuk/page";
import { PackageEditor } from "./PackageEditor";

export default function NewPackagePage() {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const draft = useAct(
    (body: PackageForm, key) => must(api.POST("/api/packages", { body, headers: keyed(key) })),
    {
      onDone: (saved) => {
        cache.setQueryData(carePackage(saved.id).queryKey, saved);
        void cache.invalidateQueries({ queryKey: ["packages"] });
        void navigate(`/packages/${saved.id}`);
      },
    },
  );
  return (
    <Page title="Draft a package" back={{ to: "/packages", words: "Packages" }}>
      <PackageEditor error={draft.error} busy={draft.isPending} save={draft.mutate} />
    </Page>
  );
}
