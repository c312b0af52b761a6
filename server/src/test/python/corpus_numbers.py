"""The numbers of docs/corpus.md by numpy, of all heads of a text at once; shares nothing with Headlight but the definitions."""
import re

import numpy as np

FAR = 17
POSITIONS = {"previous token": -1, "next token": 1, "same token": 0, "two tokens before": -2, "three tokens before": -3,
             "four tokens before": -4, "two tokens after": 2, "three tokens after": 3, "four tokens after": 4}
THRESHOLDS = {"first token": 0.6, "separator": 0.6, "punctuation": 0.6, "one token": 0.6, "broad": 3.8, "everything alike": 0.95}


def relations(text):
    """[(relation, from, to)], spans in the text."""
    found, last = [], {}
    end = None

    def chain(key, span, before, after):
        if key in last:
            found.append((before, span, last[key]))
            found.append((after, last[key], span))
        last[key] = span

    for match in re.finditer(r"(?P<number>\d+(?:[.,]\d+)*)|\w+(?:['’][A-Za-z]+)*", text):
        span = match.span()
        if match["number"]:
            chain("#", span, "number-before", "number-after")
        else:
            chain(match[0].lower(), span, "same-word-before", "same-word-after")
            first = end is None or re.search(r"[.!?:\n]", text[end:span[0]])
            if not first and match[0][0].isupper():
                chain("^", span, "capitalised-before", "capitalised-after")
        end = span[1]
    stack = []
    for at, letter in enumerate(text):
        if letter in "([{":
            stack.append((letter, at))
        elif letter in ")]}" and stack and "([{".index(stack[-1][0]) == ")]}".index(letter):
            opening = stack.pop()[1]
            found.append(("opening-to-closing", (opening, opening + 1), (at, at + 1)))
            found.append(("closing-to-opening", (at, at + 1), (opening, opening + 1)))
    return found


def diagonal(weights, offset):
    return np.diagonal(weights, offset, -2, -1)


def measure(weights, spans, special, separators, unknown, text, causal, links):
    """Of heads (..., T, T): {(group, name): value (...)}, of relations (weight, baseline, difference); and links by relation."""
    n = weights.shape[-1]
    sees = np.tril(np.ones((n, n), bool)) if causal else np.ones((n, n), bool)
    values, counts = {}, {}
    sums = {d: diagonal(weights, d).sum(-1) for d in range(1 - n, n)}
    for name, offset in POSITIONS.items():
        few = abs(offset) > 1 and n - abs(offset) < 3
        if not few and not (causal and offset > 0) and n > abs(offset):
            values["patterns", name] = sums[offset] / (n - abs(offset))
    if n > 1:
        values["patterns", "first token"] = weights[..., 1:, 0].mean(-1)
    marks = [i for i in range(n) if not special[i] and i not in unknown and not any(c.isalnum() for c in text[slice(*spans[i])])]
    for name, keys in (("separator", separators), ("punctuation", marks)):
        rows = [q for q in range(n) if any(sees[q, k] for k in keys)]
        if rows:
            values["patterns", name] = weights[..., rows, :][..., keys].sum((-2, -1)) / len(rows)
    if n - 1 >= 3:
        values["patterns", "one token"] = (weights.sum(-2) - diagonal(weights, 0)).max(-1) / (n - 1)
    entropy = -np.where(weights > 0, weights * np.log(np.where(weights > 0, weights, 1)), 0).sum(-1)
    values["patterns", "broad"] = entropy.mean(-1)
    seen = sees.sum(1)
    values["patterns", "everything alike"] = (entropy[..., seen > 1] / np.log(seen[seen > 1])).mean(-1)
    for offset in range(-FAR, FAR + 1):
        if n - abs(offset) > 0 and not (causal and offset > 0):
            far = [offset] if abs(offset) < FAR else range(FAR, n) if offset > 0 else range(1 - n, 1 - FAR)
            values["offsets", offset] = sum(sums[d] for d in far) / (n - abs(offset))
    values["masses", "special"] = weights[..., [i for i in range(n) if special[i]]].sum((-2, -1)) / n
    values["masses", "punctuation"] = weights[..., marks].sum((-2, -1)) / n
    written = np.array([not s for s in special])
    between = weights * written[:, None] * written
    tokens = {}

    def of_span(span):
        if span not in tokens:
            tokens[span] = [i for i in range(n) if not special[i] and spans[i][0] < span[1] and span[0] < spans[i][1]]
        return tokens[span]

    for relation in sorted({relation for relation, _, _ in links}):
        of = []
        for _, start, end in filter(lambda link: link[0] == relation, links):
            queries, keys = of_span(start), of_span(end)
            pairs = [(q, k) for q in queries for k in keys]
            if pairs and all(q != k and sees[q, k] for q, k in pairs):
                of.append((queries, pairs))
        taken = np.zeros((n, n), bool)
        for _, pairs in of:
            taken[tuple(zip(*pairs))] = True
        left = written[:, None] & written & ~taken
        others = {}
        for d in {k - q for _, pairs in of for q, k in pairs}:
            count = np.diagonal(left, d).sum()
            if count:
                others[d] = (diagonal(between, d) * ~np.diagonal(taken, d)).sum(-1) / count
        of = [(queries, pairs) for queries, pairs in of if all(k - q in others for q, k in pairs)]
        counts[relation] = len(of)
        if of:
            weight = sum(weights[..., q, k] / len(queries) for queries, pairs in of for q, k in pairs) / len(of)
            baseline = sum(others[k - q] / len(queries) for queries, pairs in of for q, k in pairs) / len(of)
            values["relations", relation] = (weight, baseline, weight - baseline)
    return values, counts
