# The large cases of the optimiser by SciPy's maximum flow: the same optimum by somebody else's solver. Started by
# licensing.ts with the cases as its argument; prints their optima and seconds as JSON.
import json
import sys
import time

import numpy as np
import scipy
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

UNBOUNDED = 2**30


def lcg(seed):
    state = seed

    def r(n):
        nonlocal state
        state = (1664525 * state + 1013904223) % 2**32
        return state * n // 2**32

    return r


def uniform(spec):
    r = lcg(spec["seed"])
    pairs = [(r(spec["users"]), r(spec["devices"])) for _ in range(spec["edges"])]
    percent = spec.get("enterprisePercent", 0)
    levels = [1 if percent and r(100) < percent else 0 for _ in pairs]
    return spec["users"], spec["devices"], pairs, levels


def office(spec):
    r = lcg(spec["seed"])
    pairs = [(i, i) for i in range(80000)]
    pairs += [(i, 80000 + r(5000)) for i in range(80000, 100000) for _ in range(3)]
    for _ in range(60000):
        a = r(80000)
        pairs.append((a, r(80000)))
    pairs += [(r(100000), 85000 + k) for k in range(15000)]
    return 100000, 100000, pairs, [0] * len(pairs)


def network(given):
    spec = given["generator"]
    users, devices, pairs, levels = office(spec) if spec["kind"] == "office" else uniform(spec)
    price = given["price"]
    joint = isinstance(price["user"], dict)
    highest = {}
    for pair, level in zip(pairs, levels):
        highest[pair] = max(level, highest.get(pair, 0))
    arcs = []
    # Users and devices of one level each: source, sink, then users, devices, and both again for the Enterprise CAL.
    user, device = (lambda u, l: 2 + u + l * (users + devices)), (lambda d, l: 2 + users + d + l * (users + devices))
    for level, kind in enumerate(["standard", "enterprise"] if joint else [None]):
        of = lambda metric: price[metric][kind] if joint else price[metric]
        arcs += [(0, device(d, level), of("device")) for d in range(devices)]
        arcs += [(user(u, level), 1, of("user")) for u in range(users)]
    arcs += [(device(d, level), user(u, level), UNBOUNDED) for (u, d), level in highest.items()]
    if joint:
        arcs += [(user(u, 1), user(u, 0), UNBOUNDED) for u in range(users)]
        arcs += [(device(d, 0), device(d, 1), UNBOUNDED) for d in range(devices)]
    size = 2 + (users + devices) * (2 if joint else 1)
    tail, head, capacity = np.array(arcs, dtype=np.int32).T
    return csr_array((capacity, (tail, head)), shape=(size, size))


answers = []
for given in json.loads(sys.argv[1]):
    graph = network(given)
    start = time.perf_counter()
    flow = maximum_flow(graph, 0, 1, method="dinic")
    answers.append({"cost": int(flow.flow_value), "seconds": time.perf_counter() - start})
print(json.dumps({"version": scipy.__version__, "answers": answers}))
