// Builds the plugin's bundle, with --out to another place; with --demo also the demo page,
// which is then served.
import { build, context } from "esbuild";

const out = process.argv.indexOf("--out");

const hostReact = {
  name: "host-react",
  setup(plugin) {
    plugin.onResolve({ filter: /^react$/ }, () => ({ path: "react", namespace: "host" }));
    plugin.onLoad({ filter: /.*/, namespace: "host" }, () => ({ contents: "module.exports = window.React;" }));
  },
};

await build({
  entryPoints: ["src/index.tsx"],
  outfile: out > 0 ? process.argv[out + 1] : "dist/index.umd.js",
  allowOverwrite: true,
  bundle: true,
  format: "iife",
  target: "es2021",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  loader: { ".css": "text" },
  plugins: [hostReact],
});

if (process.argv.includes("--demo")) {
  const demo = await context({ entryPoints: ["demo/demo.ts"], outfile: "demo/dist/demo.js", bundle: true, format: "iife" });
  await demo.rebuild();
  const { port } = await demo.serve({ host: "127.0.0.1", servedir: "." });
  console.log(`open demo.html on 127.0.0.1, port ${port}`);
}
