/** An expression cannot be evaluated: its `allow` denies, unless the other side of `||` or `&&` decides. */
export class EvaluationError extends Error {}

/** The request exceeded a limit: it is denied. */
export class LimitError extends Error {}

export function unsupported(received: string, expected?: string): EvaluationError {
  const tail = expected === undefined ? "" : ` Expected: ${expected}.`;
  return new EvaluationError(`Unsupported operation error. Received: ${received}.${tail}`);
}

export function functionNotFound(name: string): EvaluationError {
  return new EvaluationError(`Function not found error: Name: [${name}].`);
}

export function nullValue(): EvaluationError {
  return new EvaluationError("Null value error.");
}

export function undefinedProperty(name: string): EvaluationError {
  return new EvaluationError(`Property ${name} is undefined on object.`);
}

export function outOfBounds(index: bigint | number, size: number): EvaluationError {
  return new EvaluationError(`Index out of bound error. Index: [${index}] , size: [${size}].`);
}

export function wrongArgumentCount(name: string): EvaluationError {
  return new EvaluationError(`Incorrect number of arguments: Name: [${name}].`);
}
