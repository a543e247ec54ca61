// Checks manifests strictly against the schemas of Kubernetes, twice: the validators of kubernetes-models know required
// fields, types and values, but let unknown fields pass; a TypeScript compiler with the same package's declarations
// rejects those.
//
//   node validate.mjs NODE_MODULES < manifests.yaml      prints one line a problem; exit code 0 however many there are
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readFileSync } from 'node:fs';

const modules = process.argv[2];
const require = createRequire(join(modules, 'any.js'));
const yaml = require('yaml');
const ts = require('typescript');

const problems = [];
const literals = [];
for (const document of yaml.parseAllDocuments(readFileSync(0, 'utf8'), { uniqueKeys: true })) {
    if (document.errors.length + document.warnings.length > 0) {
        problems.push(...[...document.errors, ...document.warnings].map((error) => error.message.split('\n')[0]));
        continue;
    }

    const manifest = document.toJS();
    const name = `${manifest?.kind} ${manifest?.metadata?.name}`;
    const path = `${manifest?.apiVersion}/${manifest?.kind}`;
    let model;
    try {
        model = (await import(pathToFileURL(join(modules, 'kubernetes-models', `${path}.js`))))[manifest.kind];
    } catch {
        problems.push(`${name}: ${path} is not known`);
        continue;
    }

    try {
        new model(manifest).validate();
    } catch (error) {
        problems.push(`${name}: ${error.message}`);
    }

    const index = literals.length;
    literals.push(`import type { I${manifest.kind} as T${index} } from 'kubernetes-models/${path}';\nexport const m${index}: T${index} = ${JSON.stringify(manifest)};\n`);
}

// In the folder of the packages, so that their declarations are found; the file exists in memory only.
const file = join(modules, '..', 'manifests.mts');
const options = { strict: true, noEmit: true, skipLibCheck: true, types: [], target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext };
const host = ts.createCompilerHost(options);
const { fileExists, readFile, getSourceFile } = host;
const text = literals.join('');
host.fileExists = (path) => path === file || fileExists(path);
host.readFile = (path) => (path === file ? text : readFile(path));
host.getSourceFile = (path, version, ...rest) => (path === file ? ts.createSourceFile(path, text, version) : getSourceFile(path, version, ...rest));
const program = ts.createProgram([file], options, host);
for (const diagnostic of ts.getPreEmitDiagnostics(program)) {
    problems.push(ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '));
}

process.stdout.write(problems.map((problem) => `${problem.replaceAll('\n', ' ')}\n`).join(''));
