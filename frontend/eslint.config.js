import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "**/node_modules", "src/api/schema.d.ts"] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  jsxA11y.flatConfigs.recommended,
  {
    rules: {
      // A focusable region with a name is how a wide table scrolls by keyboard.
      "jsx-a11y/no-noninteractive-tabindex": ["error", { roles: ["region", "tabpanel"], tags: ["section"] }],
    },
  },
  {
    files: ["e2e/**", "lighthouse/**"],
    languageOptions: {
      // Node's, and the page's own for what runs inside it.
      globals: Object.fromEntries(
        ["URL", "fetch", "setTimeout", "clearTimeout", "console", "window", "document", "getComputedStyle"].map((name) => [name, "readonly"]),
      ),
    },
  },
  {
    files: ["src/features/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              // Beside the folder, or down into the features from further up.
              regex: "^\\.\\./(?!\\.\\./)|(^|/)features/",
              message: "Features are slices: share through govuk/ and api/, never with each other.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["src/govuk/**", "src/api/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["**/features/**"], message: "What is shared does not know the features." }] },
      ],
    },
  },
);
