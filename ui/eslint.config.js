import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const platformOnly = {
  patterns: [
    {
      group: ["@tauri-apps/*"],
      message: "Only src/platform/ talks to the shell: take a Platform instead.",
    },
  ],
};

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/bindings"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["eslint.config.js"] }, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { "react-hooks": hooks },
    rules: {
      ...hooks.configs.recommended.rules,
      "no-restricted-imports": ["error", platformOnly],
      "no-console": "error",
      // The content security policy refuses style attributes in HTML strings, and so do we.
      "no-restricted-syntax": [
        "error",
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "HTML strings do not enter the page." },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
    },
  },
  { files: ["src/platform/**"], rules: { "no-restricted-imports": "off" } },
  { files: ["scripts/**", "eslint.config.js"], ...tseslint.configs.disableTypeChecked },
  { files: ["scripts/**"], rules: { "no-console": "off" } },
);
