#!/usr/bin/env python3
"""Compare OpenAI-compatible proxies side by side: CPU per request, latency, memory, start-up.

    compare.py [--only a,b,...] [--phases startup,cpu,open,paced,hold] [--rounds 3]
               [--seconds 2] [--warm 1] [--rates 200,1000,3000] [--streams 500,1000,2000]
               [--subjects subjects.json] [--out run/results.json]
    compare.py --report run/results.json

--warm 0.05 --rounds 1 --seconds 0.2 shows in seconds that everything runs; its figures mean nothing.
Subjects run on CPU 0; load and mock share CPU 1. All subjects of a phase are up together and
are measured in turn, round by round (A B C, A B C, ...), so a drift of the machine hits all.
CPU time is utime+stime of the subject's whole process tree from /proc. Everything listens on
and talks to 127.0.0.1 only; only processes started here are ended, by their id.
"""
import argparse, http.client, json, os, shutil, signal, statistics, subprocess, sys, time

ROOT = os.path.dirname(os.path.abspath(__file__))
TICK = os.sysconf("SC_CLK_TCK")
SUBJECT_CPU, LOAD_CPU, MOCK_PORT = "0", "1", 9100
WORKLOADS = {                      # name -> (load options, requests of a short warm-up)
    "plain-1.5k": (["-b", "1500"], 2000),
    "plain-20k": (["-b", "20000"], 1000),
    "stream-32": (["-b", "1500", "-s", "-k", "32"], 500),
}
BODY = b'{"model":"mock-1","messages":[{"role":"user","content":"ready?"}]}'


def tree(pid):
    found = [pid]
    for p in found:
        try:
            for t in os.listdir(f"/proc/{p}/task"):
                with open(f"/proc/{p}/task/{t}/children") as f:
                    found += [int(c) for c in f.read().split()]
        except FileNotFoundError:
            pass
    return found


def cpu_seconds(pid):
    total = 0
    for p in tree(pid):
        try:
            with open(f"/proc/{p}/stat") as f:
                total += sum(int(v) for v in f.read().rsplit(")", 1)[1].split()[11:15])
        except FileNotFoundError:
            pass
    return total / TICK


def memory_mib(pid):
    """Resident (RSS) and proportional-private memory of the tree, in MiB."""
    rss = private = 0
    for p in tree(pid):
        try:
            with open(f"/proc/{p}/smaps_rollup") as f:
                for line in f:
                    key, _, rest = line.partition(":")
                    if key == "Rss":
                        rss += int(rest.split()[0])
                    elif key in ("Private_Clean", "Private_Dirty"):
                        private += int(rest.split()[0])
        except (FileNotFoundError, ProcessLookupError):
            pass
    return rss / 1024, private / 1024


def steal():
    with open("/proc/stat") as f:
        v = [int(x) for x in f.readline().split()[1:]]
    return v[7], sum(v[:8])


class Mock:
    def __init__(self, chunks=32, delay=0, latency=0):
        self.p = subprocess.Popen(["taskset", "-c", LOAD_CPU, f"{ROOT}/run/mock", "-p", str(MOCK_PORT), "-n",
                                   str(chunks), "-d", str(delay), "-l", str(latency)])
        wait_ready(MOCK_PORT, [], 5)

    def stop(self):
        self.p.terminate()
        self.p.wait()


class Subject:
    def __init__(self, name, spec):
        self.name, self.port, self.spec = name, spec["port"], spec
        self.headers = spec.get("headers", [])
        self.p = None

    def start(self):
        if "cmd" not in self.spec:
            return 0.0
        fill = lambda s: s.replace("{root}", ROOT)
        env = {k: fill(v) for k, v in self.spec.get("env", {}).items()}
        if "BENCH_STORE" in env:        # every start with an empty ledger: earlier rounds must not weigh on later ones
            shutil.rmtree(env["BENCH_STORE"], ignore_errors=True)
            os.makedirs(env["BENCH_STORE"])
        cmd = [fill(c) for c in self.spec["cmd"]]
        if not self.spec.get("late_pin"):
            cmd = ["taskset", "-c", self.spec.get("cpus", SUBJECT_CPU)] + cmd
        t = time.monotonic()
        self.p = subprocess.Popen(cmd, cwd=fill(self.spec.get("cwd", ROOT)), start_new_session=True,
                                  env={**os.environ, **env},
                                  stdout=open(f"{ROOT}/run/{self.name}.log", "w"), stderr=subprocess.STDOUT)
        wait_ready(self.port, self.headers, 30)
        took = (time.monotonic() - t) * 1e3
        if self.spec.get("late_pin"):
            for p in tree(self.p.pid):
                subprocess.run(["taskset", "-a", "-cp", SUBJECT_CPU, str(p)], stdout=subprocess.DEVNULL)
        return took

    def stop(self):
        if not self.p:
            return
        children = tree(self.p.pid)[1:]
        self.p.send_signal(signal.SIGTERM)
        try:
            self.p.wait(8)
        except subprocess.TimeoutExpired:
            self.p.kill()
            self.p.wait()
        for c in children:
            try:
                os.kill(c, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.p = None

    def does(self, workload):
        return not (self.spec.get("plain_only") and workload.startswith("stream"))

    def load(self, *options, limit=60):
        """Runs load against this subject; its JSON plus CPU seconds of the subject."""
        args = ["taskset", "-c", LOAD_CPU, f"{ROOT}/run/load", "-j", "-P", str(self.port), "-T", str(limit)]
        for h in self.headers:
            args += ["-H", h]
        before = cpu_seconds(self.p.pid) if self.p else 0
        out = subprocess.run(args + list(options), capture_output=True, text=True)
        after = cpu_seconds(self.p.pid) if self.p else 0
        if not out.stdout:
            raise RuntimeError(f"{self.name}: load failed: {out.stderr}")
        r = json.loads(out.stdout)
        r["cpu_s"] = after - before
        r["cpu_us"] = (after - before) / max(1, r["requests"]) * 1e6
        if r["errors"] or (r["unfinished"] and limit > 3):
            print(f"  ! {self.name}: {r['errors']} errors, {r['unfinished']} unfinished {options}", file=sys.stderr)
        return r


def wait_ready(port, headers, limit):
    end = time.monotonic() + limit
    head = dict(h.split(": ", 1) for h in headers)
    head["Content-Type"] = "application/json"
    head.setdefault("Authorization", "Bearer sk-ready")
    while time.monotonic() < end:
        try:
            c = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            c.request("POST", "/v1/chat/completions", BODY, head)
            r = c.getresponse()
            r.read()
            c.close()
            if r.status == 200:
                return
        except OSError:
            pass
        time.sleep(0.003)
    raise RuntimeError(f"nothing ready on port {port}")


def phase_startup(subjects, opt, out):
    mock = Mock()
    for s in subjects:
        if "cmd" not in s.spec:
            continue
        times = []
        for _ in range(opt.rounds):
            times.append(s.start())
            time.sleep(1.5)
            rss, private = memory_mib(s.p.pid)
            s.stop()
        out[s.name] = {"ready_ms": times, "idle_rss_mib": rss, "idle_private_mib": private}
        print(f"  {s.name}: ready {min(times):.0f} ms, idle {rss:.1f} MiB")
    mock.stop()


def up(subjects):
    for s in subjects:
        s.start()


def down(subjects):
    for s in subjects:
        s.stop()


def phase_cpu(subjects, opt, out):
    mock = Mock()
    up(subjects)
    counts = {}
    for s in subjects:              # warm-up: lets the JITs settle, then sets the run length
        for w, (options, short) in WORKLOADS.items():
            if not s.does(w):
                continue
            rps = s.load("-c", "32", "-n", str(short), *options)["rps"]
            for _ in range(3 if s.p else 1):
                rps = s.load("-c", "32", "-n", str(max(short, int(rps * 2 * opt.warm))), *options)["rps"]
                time.sleep(0.3)     # a breath for background compilers
            counts[s.name, w] = max(short, int(rps * opt.seconds))
    for r in range(opt.rounds):
        for w, (options, _) in WORKLOADS.items():
            for s in subjects:
                if not s.does(w):
                    continue
                x = s.load("-c", "32", "-n", str(counts[s.name, w]), *options)
                if s.p:
                    x["rss_mib"], x["private_mib"] = memory_mib(s.p.pid)
                out.setdefault(w, {}).setdefault(s.name, []).append(x)
                print(f"  {r} {w} {s.name}: {x['cpu_us']:.1f} us cpu, {x['rps']:.0f}/s")
    down(subjects)
    mock.stop()


def phase_open(subjects, opt, out):
    mock = Mock()
    up(subjects)
    for s in subjects:
        for _ in range(3):
            s.load("-c", "32", "-n", str(int(30000 * opt.warm)), limit=3)
            time.sleep(0.3)
    for r in range(opt.rounds):
        for rate in opt.rates.split(","):
            for s in subjects:
                x = s.load("-c", "256", "-r", rate, "-d", str(opt.seconds * 2), "-b", "1500", limit=30)
                out.setdefault(rate, {}).setdefault(s.name, []).append(x)
                print(f"  {r} {rate}/s {s.name}: p50 {x['latency_us']['p50']:.0f} p99 {x['latency_us']['p99']:.0f}"
                      f" us, {x['cpu_us']:.1f} us cpu")
    down(subjects)
    mock.stop()


def phase_paced(subjects, opt, out):
    """200 open streams, 32 events each, one every 20 ms: about 10 000 events a second."""
    mock = Mock(delay=20)
    up(subjects)
    subjects = [s for s in subjects if s.does("stream")]
    for s in subjects:
        for _ in range(3 if s.p else 1):
            s.load("-c", "200", "-n", str(int(1500 * opt.warm)), "-R", "640", "-s", "-k", "32")
    for r in range(opt.rounds):
        for s in subjects:
            x = s.load("-c", "200", "-n", "1500", "-R", "640", "-s", "-k", "32")
            out.setdefault(s.name, []).append(x)
            print(f"  {r} {s.name}: {x['cpu_us']:.0f} us cpu a stream, one-way p50 "
                  f"{x.get('oneway_us', {}).get('p50', 0):.0f} us")
    down(subjects)
    mock.stop()


def phase_hold(subjects, opt, out):
    """Many slow streams (32 events, one every 250 ms) in a fresh process; memory half-way."""
    mock = Mock(delay=250)
    for s in subjects:
        if not s.does("stream"):
            continue
        s.start()
        s.load("-c", "20", "-n", "20", "-s", "-k", "32")
        base = memory_mib(s.p.pid) if s.p else (0, 0)
        for n in opt.streams.split(","):
            args = ["taskset", "-c", LOAD_CPU, f"{ROOT}/run/load", "-j", "-P", str(s.port), "-T", "30", "-c", n, "-n", n,
                    "-R", "3000", "-s", "-k", "32"]
            for h in s.headers:
                args += ["-H", h]
            before = cpu_seconds(s.p.pid) if s.p else 0
            p = subprocess.Popen(args, stdout=subprocess.PIPE, text=True)
            time.sleep(7)
            held = memory_mib(s.p.pid) if s.p else (0, 0)
            x = json.loads(p.communicate()[0])
            x["cpu_s"] = (cpu_seconds(s.p.pid) if s.p else 0) - before
            x.update(base_rss=base[0], held_rss=held[0], kib_per_stream=(held[0] - base[0]) * 1024 / int(n))
            out.setdefault(n, {})[s.name] = x
            print(f"  {n} streams {s.name}: ok {x['requests']} err {x['errors']}+{x['unfinished']} "
                  f"{held[0]:.0f} MiB, {x['kib_per_stream']:.1f} KiB a stream")
        s.stop()
    mock.stop()


def mid(xs, f):
    v = sorted(f(x) for x in xs)
    return statistics.median(v), v[0], v[-1]


def report(res):
    def table(head, rows):
        print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
        for r in rows:
            print("| " + " | ".join(r) + " |")
        print()
    rng = lambda t, d=1: f"{t[0]:.{d}f} ({t[1]:.{d}f}-{t[2]:.{d}f})"
    for w, subs in res.get("cpu", {}).items():
        print(f"### closed loop, 32 connections: {w} (median and range of rounds)\n")
        table(["subject", "CPU us/request", "requests/s", "p50 us", "p99 us", "RSS MiB"],
              [[n, rng(mid(x, lambda r: r["cpu_us"])), rng(mid(x, lambda r: r["rps"]), 0),
                rng(mid(x, lambda r: r["latency_us"]["p50"]), 0), rng(mid(x, lambda r: r["latency_us"]["p99"]), 0),
                f"{x[-1].get('rss_mib', 0):.0f}"] for n, x in subs.items()])
    for rate, subs in res.get("open", {}).items():
        print(f"### open loop at {rate}/s: added over direct, us (median of rounds)\n")
        base = {q: mid(subs["direct"], lambda r: r["latency_us"][q])[0] for q in ("p50", "p90", "p99", "p999")} \
            if "direct" in subs else dict.fromkeys(("p50", "p90", "p99", "p999"), 0)
        table(["subject", "p50", "p90", "p99", "p99.9", "CPU us/request"],
              [[n] + [(f"{mid(x, lambda r: r['latency_us'][q])[0] - (0 if n == 'direct' else base[q]):.0f}")
                      for q in base] + [rng(mid(x, lambda r: r["cpu_us"]))] for n, x in subs.items()])
    if "paced" in res:
        print("### 200 streams x 32 events, 20 ms apart (median of rounds)\n")
        table(["subject", "CPU us/stream", "CPU us/event", "TTFT p50/p99 us", "one-way p50/p99 us", "gap p99 us"],
              [[n, rng(mid(x, lambda r: r["cpu_us"]), 0), f"{mid(x, lambda r: r['cpu_us'])[0] / 32:.1f}",
                "/".join(f"{mid(x, lambda r: r['ttft_us'][q])[0]:.0f}" for q in ("p50", "p99")),
                "/".join(f"{mid(x, lambda r: r['oneway_us'][q])[0]:.0f}" for q in ("p50", "p99")),
                f"{mid(x, lambda r: r['gap_us']['p99'])[0]:.0f}"] for n, x in res["paced"].items() if "ttft_us" in x[0]])
    for n, subs in res.get("hold", {}).items():
        print(f"### {n} open streams, fresh process\n")
        table(["subject", "ok", "failed", "RSS before MiB", "RSS held MiB", "KiB/stream", "one-way p50/p99 us"],
              [[s, str(x["requests"]), str(x["errors"] + x["unfinished"]), f"{x['base_rss']:.0f}",
                f"{x['held_rss']:.0f}", f"{x['kib_per_stream']:.1f}",
                "/".join(f"{x['oneway_us'][q]:.0f}" for q in ("p50", "p99")) if "oneway_us" in x else "-"]
               for s, x in subs.items()])
    if "startup" in res:
        print("### start-up to first 200, idle memory after one request\n")
        table(["subject", "ready ms", "idle RSS MiB", "idle private MiB"],
              [[n, rng((statistics.median(x["ready_ms"]), min(x["ready_ms"]), max(x["ready_ms"])), 0),
                f"{x['idle_rss_mib']:.1f}", f"{x['idle_private_mib']:.1f}"] for n, x in res["startup"].items()])


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--subjects", default=f"{ROOT}/subjects.json")
    a.add_argument("--only")
    a.add_argument("--phases", default="startup,cpu,open,paced,hold")
    a.add_argument("--rounds", type=int, default=3)
    a.add_argument("--seconds", type=float, default=2)
    a.add_argument("--warm", type=float, default=1)
    a.add_argument("--rates", default="200,1000,3000")
    a.add_argument("--streams", default="500,1000,2000")
    a.add_argument("--out", default=f"{ROOT}/run/results.json")
    a.add_argument("--report")
    opt = a.parse_args()
    if opt.report:
        return report(json.load(open(opt.report)))
    specs = json.load(open(opt.subjects))
    os.makedirs(f"{ROOT}/run", exist_ok=True)
    names = opt.only.split(",") if opt.only else list(specs)
    subjects = [Subject(n, specs[n]) for n in names]
    res = json.load(open(opt.out)) if os.path.exists(opt.out) else {}
    for phase in opt.phases.split(","):
        print(f"== {phase}", flush=True)
        s0, t0 = steal()
        res[phase] = {}
        try:
            globals()["phase_" + phase](subjects, opt, res[phase])
        finally:
            down(subjects)
        s1, t1 = steal()
        res.setdefault("steal", {})[phase] = (s1 - s0) / max(1, t1 - t0)
        json.dump(res, open(opt.out, "w"))
    report(res)


if __name__ == "__main__":
    main()
