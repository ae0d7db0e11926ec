/** A node of Babel's syntax tree: what is read of it here. */
export interface Node {
  readonly type: string;
  /** Offsets in the text, without parentheses around it. */
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

/** One change of one place. */
export interface Mutation {
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

type Mutator = (node: Node, text: string) => Mutation[];

const OPERATORS: Readonly<Record<string, string>> = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "&&": "||",
  "||": "&&",
  "+=": "-=",
  "-=": "+=",
  "++": "--",
  "--": "++",
};

/** What has a type's name and holds an expression. */
const TYPED_EXPRESSIONS = [
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSInstantiationExpression",
];
/** What changes only how modules are loaded, or has no meaning at run time. */
const LEFT_ALONE = ["ImportDeclaration", "ExportAllDeclaration", "ImportExpression"];

const MUTATORS: Readonly<Record<string, Mutator>> = {
  BinaryExpression: operator,
  LogicalExpression: (node, text) =>
    node.operator === "??" ? onlyLeft(node, text) : operator(node, text),
  AssignmentExpression: operator,
  UpdateExpression: (node, text) => {
    const at = node.prefix ? node.start : node.end - 2;
    return [change(at, at + 2, OPERATORS[text.slice(at, at + 2)] ?? "")];
  },
  UnaryExpression: ({ operator, start }) =>
    operator === "!" || operator === "-" ? [change(start, start + 1, "")] : [],
  IfStatement: negatedTest,
  WhileStatement: negatedTest,
  ConditionalExpression: negatedTest,
  BooleanLiteral: ({ start, end, value }) => [change(start, end, String(!value))],
  NumericLiteral: ({ start, end, value }) => [change(start, end, String(Number(value) + 1))],
  StringLiteral: ({ start, end, value }) => [change(start, end, value === "" ? '"mutated"' : '""')],
  TemplateLiteral: ({ start, end }) => [change(start, end, '""')],
  ExpressionStatement: (node) => isCall(node.expression) ? [change(node.start, node.end, ";")] : [],
  ReturnStatement: ({ argument }) => undefinedFor(argument),
  ArrowFunctionExpression: ({ body }) =>
    isNode(body) && body.type !== "BlockStatement" ? undefinedFor(body) : [],
  MemberExpression: (node, text) => {
    const other = { "Math.min": "Math.max", "Math.max": "Math.min" }[
      text.slice(node.start, node.end)
    ];
    return other === undefined ? [] : [change(node.start, node.end, other)];
  },
};

/** Every change that is made of this tree, in its order. Types are left alone: they do not run. */
export function mutations(node: Node, text: string): Mutation[] {
  if (TYPED_EXPRESSIONS.includes(node.type)) {
    return isNode(node.expression) ? mutations(node.expression, text) : [];
  }
  if (node.type.startsWith("TS") && node.type !== "TSParameterProperty") return [];
  if (LEFT_ALONE.includes(node.type)) return [];
  return [
    ...MUTATORS[node.type]?.(node, text) ?? [],
    ...children(node).flatMap((child) => mutations(child, text)),
  ];
}

export function mutated(text: string, { start, end, replacement }: Mutation): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

function children(node: Node): Node[] {
  return Object.entries(node)
    .filter(([name]) => !isName(node, name) && !/Comments$|^extra$/.test(name))
    .flatMap(([, value]) => value).filter(isNode);
}

/** The name of a property, the source of an export, a tagged template: no values. */
function isName(node: Node, property: string): boolean {
  return property === "key" && node.computed !== true ||
    property === "source" ||
    property === "quasi" && node.type === "TaggedTemplateExpression";
}

function operator(node: Node, text: string): Mutation[] {
  const { left, right } = node;
  const sign = String(node.operator);
  const other = OPERATORS[sign];
  if (other === undefined || !isNode(left) || !isNode(right)) return [];
  // A text is joined, not added up.
  if (sign[0] === "+" && [left, right].some(({ type }) => /^(String|Template)/.test(type))) {
    return [];
  }
  // Without the comments between the two.
  const between = text.slice(left.end, right.start)
    .replace(/\/\*.*?\*\/|\/\/.*/gs, (comment) => " ".repeat(comment.length));
  const at = left.end + between.indexOf(sign);
  return [change(at, at + sign.length, other)];
}

function onlyLeft({ start, end, left }: Node, text: string): Mutation[] {
  return isNode(left) ? [change(start, end, text.slice(left.start, left.end))] : [];
}

/** Where the condition has no operator that is itself changed. */
function negatedTest({ test }: Node, text: string): Mutation[] {
  if (!isNode(test) || /^(Binary|Logical|Unary|BooleanL)/.test(test.type)) return [];
  return [change(test.start, test.end, `!(${text.slice(test.start, test.end)})`)];
}

/** A literal is changed in its own way. */
function undefinedFor(value: unknown): Mutation[] {
  if (!isNode(value) || /Literal$/.test(value.type) || value.name === "undefined") return [];
  return [change(value.start, value.end, "undefined")];
}

function isCall(expression: unknown): boolean {
  if (!isNode(expression)) return false;
  const { type, argument, callee } = expression;
  if (type === "AwaitExpression" || type === "UnaryExpression") return isCall(argument);
  // A constructor without it throws, which shows nothing.
  if (isNode(callee) && callee.type === "Super") return false;
  return type === "CallExpression" || type === "OptionalCallExpression";
}

function change(start: number, end: number, replacement: string): Mutation {
  return { start, end, replacement };
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}
