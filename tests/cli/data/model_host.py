#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Facts of hosts that nobody here has: model_host.py MODEL [NICS [QUEUES [CPUS]]]

Prints what `nettunectl --json facts` would print on such a host: the sysctls and modules of
debian12.json with processors and devices of a model. The same words give the same bytes. What a
driver has, and how it starts, is that of its row in tests/fake/fake_driver.c.
"""

import dataclasses
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
COMMON = ("tx-scatter-gather", "tx-tcp-segmentation", "tx-tcp6-segmentation", "tx-generic-segmentation",
          "rx-gro", "rx-checksum", "rx-hashing", "rx-vlan-hw-parse", "tx-vlan-hw-insert")
INTEL_COALESCE = {"adaptive-rx": 1, "adaptive-tx": 1, "rx-usecs": 50, "tx-usecs": 50}


@dataclasses.dataclass
class Driver:
    """What a driver has; "" and {} and 0 for what it has not."""

    name: str
    coalesce: dict = dataclasses.field(default_factory=dict)
    ring: int = 0
    ring_max: int = 0
    table: int = 0
    key: int = 40
    mtu_max: int = 9702
    speed: int = 0
    pause: bool = True
    on: tuple = ()
    off: tuple = ()
    irq: str = ""
    other: str = ""
    kind: str = ""
    rdma: bool = False


@dataclasses.dataclass
class Model:
    """A host: its processors, and @nics devices of one driver that follow each other over the nodes."""

    driver: Driver
    sockets: int
    cpus: int
    threads: int
    nics: int
    queues: int
    queues_max: int
    isolated: tuple = ()
    nodes: bool = True
    virtualization: str = "none"


DRIVERS = {
    "veth": Driver("veth", kind="veth", mtu_max=65535, on=("tx-generic-segmentation",), off=("rx-gro",)),
    "igb": Driver("igb", {"rx-usecs": 3, "tx-usecs": 0}, 256, 4096, 128, mtu_max=9216, speed=1000, on=COMMON,
                  off=("rx-ntuple-filter",), irq="{dev}-TxRx-{n}", other="{dev}"),
    "virtio": Driver("virtio_net", {"rx-usecs": 0, "rx-frames": 1, "tx-usecs": 0, "tx-frames": 1}, 256, 1024, 128,
                     mtu_max=65535, pause=False, on=(*COMMON, "rx-gro-hw"), irq="{bus}-input.{n} {bus}-output.{n}",
                     other="{bus}-config"),
    "i40e": Driver("i40e", INTEL_COALESCE, 512, 4096, 512, 52, speed=40000, on=(*COMMON, "rx-ntuple-filter"),
                   irq="i40e-{dev}-TxRx-{n}", other="i40e-{bus}:misc"),
    "ice": Driver("ice", INTEL_COALESCE, 2048, 8160, 512, 52, speed=100000, on=(*COMMON, "rx-ntuple-filter"),
                  irq="ice-{dev}-TxRx-{n}", other="ice-{bus}:misc"),
    "mlx5": Driver("mlx5_core", {"adaptive-rx": 1, "adaptive-tx": 1, "cqe-mode-rx": 0, "cqe-mode-tx": 0, "rx-usecs": 8,
                                 "rx-frames": 128, "tx-usecs": 16, "tx-frames": 32}, 1024, 8192, 256, mtu_max=9978,
                   speed=100000, on=COMMON, off=("rx-lro", "rx-ntuple-filter", "rx-gro-hw"),
                   irq="mlx5_comp{n}@pci:{bus}", other="mlx5_async0@pci:{bus}", rdma=True),
    "bnxt": Driver("bnxt_en", {"adaptive-rx": 0, "rx-usecs": 10, "rx-frames": 15, "tx-usecs": 28, "tx-frames": 30}, 511,
                   8191, 64, mtu_max=9500, speed=25000, on=(*COMMON, "rx-gro-hw", "rx-ntuple-filter"), off=("rx-lro",),
                   irq="{dev}-TxRx-{n}"),
    "ena": Driver("ena", {"adaptive-rx": 1, "rx-usecs": 20, "tx-usecs": 64}, 1024, 16384, 128, mtu_max=9216, pause=False,
                  on=COMMON, irq="{dev}-Tx-Rx-{n}", other="ena-mgmnt@pci:{bus}"),
}

MODELS = {
    "veth": Model(DRIVERS["veth"], 1, 4, 1, 1, 4, 0),
    "igb": Model(DRIVERS["igb"], 1, 8, 2, 2, 8, 8),
    "virtio": Model(DRIVERS["virtio"], 1, 8, 1, 1, 8, 8, nodes=False, virtualization="kvm"),
    "i40e": Model(DRIVERS["i40e"], 2, 64, 2, 2, 64, 64, isolated=(2, 3, 34, 35)),
    "ice": Model(DRIVERS["ice"], 2, 128, 2, 4, 32, 128),
    "mlx5": Model(DRIVERS["mlx5"], 2, 96, 2, 2, 63, 63),
    "bnxt": Model(DRIVERS["bnxt"], 1, 64, 2, 2, 16, 64, isolated=tuple(range(24, 32)) + tuple(range(56, 64))),
    "ena": Model(DRIVERS["ena"], 1, 32, 2, 2, 8, 32, nodes=False, virtualization="amazon"),
    "large": Model(DRIVERS["ice"], 2, 256, 2, 8, 128, 128),
}


def ranges(numbers):
    """A CPU list: "0-3,8"."""
    runs = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def topology(model):
    """Cores of one socket come one after the other, second threads after all cores."""
    cores = model.cpus // model.threads
    found = []
    for cpu in range(model.cpus):
        package = cpu % cores // (cores // model.sockets)
        found.append({"cpu": cpu, "core": cpu % cores, "package": package, "node": package if model.nodes else 0,
                      "online": True, "isolated": cpu in model.isolated})
    return found


def features(driver):
    named = [(name, True, False) for name in driver.on] + [(name, False, False) for name in driver.off]
    named.append(("highdma", True, True))
    return [{"name": name, "hw": not fixed, "wanted": on, "active": on, "fixed": fixed}
            for name, on, fixed in sorted(named)]


def queues(driver, model):
    """As the drivers leave them: XPS pinned by those of Intel, nothing steered by software."""
    pinned = driver.name in ("i40e", "ice", "virtio_net")
    rx = [{"kind": "rx", "index": n, "cpus": "", "rxqs": None, "flow_cnt": 0} for n in range(model.queues)]
    tx = [{"kind": "tx", "index": n, "cpus": str(n % model.cpus) if pinned else "", "rxqs": "", "flow_cnt": 0}
          for n in range(model.queues)]
    return rx + tx


def irqs(driver, model, dev, bus, first):
    found = []
    patterns = driver.irq.split()
    roles = ("rxtx",) if len(patterns) == 1 else ("rx", "tx")
    for role, pattern in zip(roles, patterns):
        for n in range(model.queues):
            found.append({"role": role, "queue": n, "name": pattern.format(dev=dev, bus=bus, n=n)})
    if driver.other:
        found.append({"role": "other", "queue": 0, "name": driver.other.format(dev=dev, bus=bus)})
    everywhere = ranges(set(range(model.cpus)) - set(model.isolated))
    return [{"irq": first + n, "role": irq["role"], "queue": irq["queue"], "name": irq["name"], "cpus": everywhere,
             "managed": False} for n, irq in enumerate(found)]


def rss(driver, model):
    if not driver.table:
        return None
    size = driver.table
    if driver.name == "bnxt_en":
        size = (model.queues + 63) // 64 * 64
    igb = driver.name == "igb"
    rings = [n * model.queues // size if igb else n % model.queues for n in range(size)]
    runs = []
    for ring in rings:
        if runs and runs[-1][0] == ring:
            runs[-1][1] += 1
        else:
            runs.append([ring, 1])
    return {"hfunc": 1, "table": runs, "key": ":".join(f"{(7 * n + 1) % 256:02x}" for n in range(driver.key))}


def channels(driver, model):
    counts = dict.fromkeys(("rx", "tx", "combined", "other", "rx_max", "tx_max", "combined_max", "other_max"), 0)
    if driver.kind:
        counts.update(rx=model.queues, tx=model.queues, rx_max=model.queues, tx_max=model.queues)
    else:
        counts.update(combined=model.queues, combined_max=model.queues_max)
    return counts


def nic(driver, model, n):
    dev, bus, _ = place(driver, model, n)
    rings = {"rx": driver.ring, "tx": driver.ring, "rx_max": driver.ring_max, "tx_max": driver.ring_max}
    return {
        "name": dev, "rdma": driver.rdma, "zero_copy": 0, "n_ntuple": 0,
        "link": {"ifindex": 2 + n, "permanent_address": "" if driver.kind else address(n), "bus": bus, "up": True,
                 "carrier": True, "xdp": False, "xdp_generic": False, "mtu": 1500, "mtu_min": 68,
                 "mtu_max": driver.mtu_max, "tx_queue_len": 1000},
        "napi": {"napi-defer-hard-irqs": 0, "gro-flush-timeout": 0, "threaded": 0},
        "channels": channels(driver, model),
        "rings": rings if driver.ring else None,
        "coalesce": driver.coalesce or None,
        "pause": {"autoneg": False, "rx": False, "tx": False} if driver.pause and not driver.kind else None,
        "features": features(driver),
        "rss": rss(driver, model),
        "queues": queues(driver, model),
        "irqs": irqs(driver, model, dev, bus, 64 + n * (2 * model.queues + 1)),
    }


def address(n):
    return f"02:00:00:00:00:{n + 1:02x}"


def place(driver, model, n):
    """Name, bus address and node of the n-th device: half of them on each socket."""
    node = n * model.sockets // model.nics if model.nodes and not driver.kind else -1
    if driver.kind:
        return f"veth{n}", "", node
    if driver.name == "virtio_net":
        return f"eth{n}", f"virtio{n}", node
    return f"eth{n}", f"0000:{n + 1:02x}:00.0", node


def link(driver, model, n):
    dev, bus, node = place(driver, model, n)
    return {"name": dev, "kind": driver.kind, "driver": driver.name, "bus": bus, "address": address(n),
            "ifindex": 2 + n, "master_ifindex": 0, "lower_ifindex": 0, "up": True, "carrier": True,
            "speed_mbps": driver.speed, "mtu": 1500, "tx_queue_len": 1000, "rx_queues": model.queues,
            "tx_queues": model.queues, "numa_node": node}


def facts(model):
    host = json.loads((HERE / "debian12.json").read_text(encoding="utf-8"))
    host["kernel"]["virtualization"] = model.virtualization
    host["cpu"] = {"online": model.cpus, "possible": model.cpus, "sockets": model.sockets,
                   "numa_nodes": model.sockets if model.nodes else 1, "threads_per_core": model.threads,
                   "isolated": ranges(model.isolated)}
    host["topology"] = topology(model)
    host["links"] = host["links"][:1] + [link(model.driver, model, n) for n in range(model.nics)]
    host["nics"] = [nic(model.driver, model, n) for n in range(model.nics)]
    return host


def main():
    model = MODELS[sys.argv[1]]
    sizes = [int(word) for word in sys.argv[2:]]
    if sizes:
        model.nics = sizes[0]
    if len(sizes) > 1:
        model.queues = model.queues_max = sizes[1]
    if len(sizes) > 2:
        model.cpus = sizes[2]
    json.dump(facts(model), sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
