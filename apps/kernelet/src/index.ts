/** What `import … from "kernelet"` gives: the SDK. */
export * from "@kernelet/sdk";
