import { describe, expect, it } from "vitest";
import { outcome, storedDocument } from "../testing/evaluate-condition.ts";

const resource = storedDocument("things/one", {
  int: 3,
  float: 2.5,
  text: "hello world",
  list: ["a", "b", "c"],
  map: { b: 1, a: { deep: true }, nothing: null },
  nothing: null,
  at: new Date("2024-02-29T23:59:58Z"),
  bytes: new Uint8Array([1, 255]),
});

/** Each row: a condition over `resource`, and its result. */
function table(rows: readonly (readonly [condition: string, expected: boolean | string])[]): void {
  it.each(rows)("evaluates %s to %s", (condition, expected) => {
    expect(outcome(condition.replaceAll("data.", "resource.data."), { resource })).toBe(expected);
  });
}

describe("types", () => {
  table([
    ["data.int is int && data.int is number && !(data.int is float)", true],
    ["data.float is float && data.float is number && !(data.float is int)", true],
    ["data.text is string && data.list is list && data.map is map && true is bool", true],
    ["data.at is timestamp && data.bytes is bytes && request.path is path", true],
    ["data.list.toSet() is set && duration.value(1, 's') is duration && latlng.value(1, 2) is latlng", true],
    ["data.map.diff({}) is map_diff", true],
    ["data.nothing is string", false],
  ]);
});

describe("equality and order", () => {
  table([
    ["1 == 1.0 && 1 != 1.5", true],
    ["1 == '1'", false],
    ["null == null && data.nothing == null", true],
    ["[1, [2]] == [1, [2]] && {'a': 1, 'b': 2} == {'b': 2, 'a': 1}", true],
    ["[1, 2] == [2, 1]", false],
    ["['a', 'b', 'a'].toSet() == ['b', 'a'].toSet()", true],
    ["'a' < 'b' && 'b' <= 'b' && 2 > 1.5 && 1.5 >= 1.5", true],
    ["'\\uFF5A' < '😀'", true],
    ["1 < 'a'", "Unsupported operation error. Received: int < string."],
    ["true < false", "Unsupported operation error. Received: bool < bool."],
  ]);
});

describe("arithmetic", () => {
  table([
    ["1 + 2 * 3 == 7 && (1 + 2) * 3 == 9", true],
    ["7 / 2 == 3 && -7 / 2 == -3 && 7 % 3 == 1", true],
    ["7 / 2.0 == 3.5 && data.int + data.float == 5.5", true],
    ["'a' + 'b' == 'ab'", true],
    ["1 / 0 == 0", "Divide by zero error."],
    ["9223372036854775807 + 1 == 0", "Integer overflow error."],
    ["-9223372036854775808 < 0", true],
    ["'a' + 1 == 'a1'", "Unsupported operation error. Received: string + int."],
    ["[1] + [2] == [1, 2]", "Unsupported operation error. Received: list + list."],
    ["!1", "Unsupported operation error. Received: !int. Expected: !bool."],
  ]);
});

describe("index, slice and in", () => {
  table([
    ["data.list[0] == 'a' && data.list[2] == 'c' && data.text[4] == 'o'", true],
    ["data.list[3] == 'd'", "Index out of bound error. Index: [3] , size: [3]."],
    ["data.list[-1] == 'c'", "Index out of bound error. Index: [-1] , size: [3]."],
    ["data.list[1:3] == ['b', 'c'] && data.text[0:5] == 'hello' && data.list[1:1] == []", true],
    ["data.list[0:4] == []", "Index out of bound error. Index: [3] , size: [3]."],
    ["data.list[2:1] == []", "Illegal range error. From index: [2] , To index: [1]."],
    ["data.map['b'] == 1", true],
    ["data.map['z'] == 1", "Property z is undefined on object."],
    ["data.map[1] == 1", "Unsupported operation error. Received: map[int]. Expected: map[string]."],
    ["'a' in data.list && 'b' in data.map && !('z' in data.map) && 'a' in ['a'].toSet()", true],
    ["1.0 in [1]", false],
    ["'a' in null", "Null value error."],
    ["'a' in 'abc'", "Function not found error: Name: [in]."],
  ]);
});

describe("strings", () => {
  table([
    ["data.text.size() == 11 && 'ÅÄ'.lower() == 'åä' && 'ab'.upper() == 'AB' && ' x '.trim() == 'x'", true],
    ["data.text.split(' ') == ['hello', 'world'] && 'a1b22c'.split('[0-9]+') == ['a', 'b', 'c']", true],
    ["'a,b,,'.split(',') == ['a', 'b'] && ''.split(',') == ['']", true],
    ["'a.b'.replace('.', '-') == '---' && 'ab'.replace('(a)', '$1$1') == 'aab'", true],
    ["'ab'.replace('a', '\\\\$') == '$b'", true],
    ["data.text.matches('hello.*') && !data.text.matches('hello')", true],
    ["'é'.toUtf8().size() == 2 && b'\\xc3\\xa9' == 'é'.toUtf8()", true],
    ["'\\x41\\u0042\\103' == 'ABC'", true],
    ["data.text.length() == 1", "Function not found error: Name: [length]."],
    ["data.int.size() == 1", "Function not found error: Name: [size]."],
    ["data.nothing.size() == 1", "Null value error."],
  ]);
});

describe("lists and sets", () => {
  table([
    ["data.list.hasAll(['a', 'b']) && !data.list.hasAll(['a', 'z'])", true],
    ["data.list.hasAny(['z', 'c']) && !data.list.hasAny(['z'])", true],
    ["data.list.hasOnly(['a', 'b', 'c', 'd']) && !data.list.hasOnly(['a', 'b'])", true],
    ["data.list.concat(['d']).size() == 4 && data.list.removeAll(['a', 'b']) == ['c']", true],
    ["['a', 1, true, null, 2.0, 100000000.0].join('|') == 'a|1|true|null|2.0|1.0E8'", true],
    ["[['a']].join(',') == ''", "Unsupported operation error. Received: string(list)."],
    [
      "data.list.hasAny(['a'].toSet())",
      "Unsupported operation error. Received: list.hasAny(set). Expected: list.hasAny(list).",
    ],
    ["['a', 'b'].toSet().difference(['a'].toSet()) == ['b'].toSet()", true],
    ["['a', 'b'].toSet().intersection(['b', 'c']) == ['b'].toSet()", true],
    ["['a'].toSet().union(['b', 'a']).size() == 2", true],
    [
      "['a', 'b'].toSet().hasAll(['a']) && ['a'].toSet().hasOnly(['a', 'b'].toSet()) && ['a'].toSet().hasAny(['a'])",
      true,
    ],
  ]);
});

describe("maps", () => {
  table([
    ["{'b': 1, 'a': 2}.keys() == ['a', 'b'] && {'b': 1, 'a': 2}.values() == [1, 2]", true],
    ["data.map.size() == 3 && data.map.get('b', 0) == 1 && data.map.get('z', 0) == 0", true],
    ["data.map.get('nothing', 1) == null", true],
    ["data.map.get(['a', 'deep'], false) && data.map.get(['a', 'deep', 'er'], 5) == 5", true],
    ["data.map.a.deep && data.map.b == 1", true],
    ["data.map.keys().hasAll(['a', 'b'])", true],
    ["{'a': 1, 'b': 2, 'c': 3}.diff({'a': 1, 'b': 9, 'd': 4}).addedKeys() == ['c'].toSet()", true],
    ["{'a': 1, 'b': 2, 'c': 3}.diff({'a': 1, 'b': 9, 'd': 4}).removedKeys() == ['d'].toSet()", true],
    ["{'a': 1, 'b': 2, 'c': 3}.diff({'a': 1, 'b': 9, 'd': 4}).changedKeys() == ['b'].toSet()", true],
    ["{'a': 1, 'b': 2, 'c': 3}.diff({'a': 1, 'b': 9, 'd': 4}).unchangedKeys() == ['a'].toSet()", true],
    ["{'a': 1, 'b': 2, 'c': 3}.diff({'a': 1, 'b': 9, 'd': 4}).affectedKeys().hasOnly(['b', 'c', 'd'])", true],
    ["{'a': 1}.hasAll(['a'])", "Function not found error: Name: [hasAll]."],
  ]);
});

describe("timestamps and durations", () => {
  table([
    ["data.at.year() == 2024 && data.at.month() == 2 && data.at.day() == 29", true],
    [
      "data.at.hours() == 23 && data.at.minutes() == 59 && data.at.seconds() == 58 && data.at.nanos() == 0",
      true,
    ],
    [
      "data.at.dayOfWeek() == 4 && data.at.dayOfYear() == 60 && timestamp.date(2024, 3, 3).dayOfWeek() == 7",
      true,
    ],
    ["data.at.date() == timestamp.date(2024, 2, 29) && data.at.time() == duration.time(23, 59, 58, 0)", true],
    ["data.at.toMillis() == 1709251198000 && timestamp.value(1709251198000) == data.at", true],
    ["timestamp.value(-1500).seconds() == 58 && timestamp.value(-1500).nanos() == 500000000", true],
    ["data.at + duration.value(2, 's') == timestamp.date(2024, 3, 1)", true],
    ["timestamp.date(2024, 3, 1) - data.at == duration.value(2000, 'ms')", true],
    ["data.at - duration.value(1, 'd') < data.at && request.time > data.at", true],
    [
      "duration.value(1, 'w') == duration.value(7, 'd') && duration.value(90, 'm') == duration.time(1, 30, 0, 0)",
      true,
    ],
    [
      "duration.abs(duration.value(-3, 's')).seconds() == 3 && duration.value(1500, 'ms').nanos() == 500000000",
      true,
    ],
    ["timestamp.date(2023, 2, 29) == data.at", "Invalid date [2023-2-29]."],
    ["data.at + data.at == data.at", "Unsupported operation error. Received: timestamp + timestamp."],
  ]);
});

describe("coordinates, paths and bytes", () => {
  table([
    ["latlng.value(10.5, -20).latitude() == 10.5 && latlng.value(10.5, -20).longitude() == -20.0", true],
    ["math.abs(latlng.value(0, 0).distance(latlng.value(0, 1)) - 111195.0) < 10.0", true],
    ["latlng.value(91, 0).latitude() == 91.0", "Invalid latitude or longitude [91, 0]."],
    ["/a/b/$('c') == path('/a/b/c') && path('a/b')[1] == 'b' && string(/a/b) == '/a/b'", true],
    ["/users/{uid}.bind({'uid': 'x'}) == /users/x", true],
    ["data.bytes.size() == 2 && data.bytes.toHexString() == '01FF' && data.bytes.toBase64() == 'Af8='", true],
  ]);
});

describe("math and conversions", () => {
  table([
    ["math.abs(-3) == 3 && math.abs(-2.5) == 2.5 && math.ceil(1.2) == 2 && math.floor(-1.2) == -2", true],
    [
      "math.round(2.5) == 3 && math.round(-1.2) == -1 && math.pow(2, 10) == 1024.0 && math.sqrt(9) == 3.0",
      true,
    ],
    ["math.isNaN(float('NaN')) && math.isInfinite(1.0 / 0.0)", true],
    [
      "math.abs('a') == 1",
      "Unsupported operation error. Received: math.abs(string). Expected: math.abs(int), math.abs(float).",
    ],
    ["int('42') == 42 && int(2.9) == 2 && float('1.5') == 1.5 && float(2) == 2.0", true],
    ["string(true) == 'true' && string(1) == '1' && string(2.0) == '2.0' && string(null) == 'null'", true],
    ["bool('true') && !bool('false')", true],
    ["int('4.2') == 4", "Conversion error. Value: [4.2], type: [int]."],
    ["debug(data.int) == 3", true],
  ]);
});

describe("hashing", () => {
  table([
    ["hashing.md5('abc').toHexString() == '900150983CD24FB0D6963F7D28E17F72'", true],
    [
      "hashing.sha256('abc').toHexString() == 'BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD'",
      true,
    ],
    [
      "hashing.crc32('abc').toHexString() == 'C2412435' && hashing.crc32c('abc').toHexString() == 'B73F4B36'",
      true,
    ],
    ["hashing.sha256('abc'.toUtf8()) == hashing.sha256('abc')", true],
    [
      "hashing.md5(1).size() == 16",
      "Unsupported operation error. Received: hashing.md5(int). Expected: hashing.md5(string), hashing.md5(bytes).",
    ],
  ]);
});
