"""Writes exponential.csv: values and first derivatives of the functions of exponentials in Special, 30 digits, by mpmath.

Arguments are exact in single precision, so that both float types are judged by the same rows.

Run: pip install mpmath; python3 exponential.py > exponential.csv
"""
import struct

import mpmath as mp

mp.mp.dps = 80


def single(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def log_exprel(x):
    return mp.log(mp.expm1(x) / x) if x else mp.mpf(0)


def ndtri_exp(y):
    """The z with log Phi(z) = y."""
    def log_ndtr(z):
        return mp.log(mp.erfc(-z / mp.sqrt(2)) / 2)
    start = -mp.sqrt(-2 * y) if y < -2 else mp.sqrt(2) * mp.erfinv(2 * mp.exp(y) - 1)
    return mp.findroot(lambda z: log_ndtr(z) - y, start)


def ndtri_exp_slope(y):
    z = ndtri_exp(y)
    return mp.exp(y + z * z / 2) * mp.sqrt(2 * mp.pi)


def tilted(p, rate):
    return mp.log1p(p * mp.expm1(rate)) / rate if rate else p


def tilted_by_rate(p, rate):
    if not rate:
        return p * (1 - p) / 2
    return (p * mp.exp(rate) / (1 + p * mp.expm1(rate)) - tilted(p, rate)) / rate


BOTH = [0.0, 1e-30, 1e-8, 1e-3, 3.9e-3, 4e-3, 0.1, 0.5, 0.999, 1.0, 1.01, 2.0, 6.0, 20.0, 36.0, 80.0, 1e4]
UNARY = {
    "log1mexp": (lambda x: mp.log(-mp.expm1(x)), lambda x: 1 / -mp.expm1(-x),
                 [-1e-30, -1e-8, -1e-3, -0.1, -0.5, -0.69, -0.71, -1.0, -2.0, -6.0, -20.0, -36.0, -80.0]),
    "logExprel": (log_exprel, lambda x: 1 / -mp.expm1(-x) - 1 / x if x else mp.mpf(0.5), BOTH + [-x for x in BOTH[1:]]),
    "ndtriExp": (ndtri_exp, ndtri_exp_slope,
                 [-1e10, -1e6, -1e3, -100.0, -40.0, -20.0, -10.0, -8.01, -7.99, -5.0, -2.0, -1.0, -0.5, -0.21, -0.19,
                  -0.01, -1e-6, -1e-20]),
    "erfcx": (lambda x: mp.exp(x * x) * mp.erfc(x),
              lambda x: 2 * x * mp.exp(x * x) * mp.erfc(x) - 2 / mp.sqrt(mp.pi),
              [-3.0, -1.0, 0.0, 1e-8, 0.1, 1.0, 5.0, 20.0, 1e3, 1e9]),
}
PROBABILITIES = [1e-12, 1e-3, 0.1, 0.5, 0.75, 0.9]
RATES = [0.0, 1e-8, 1e-3, 3.9e-3, 4e-3, 0.1, 1.0, 6.0, 20.0, 40.0, 1000.0]

print("# function,x,y,value,derivative in x,derivative in y  (made by exponential.py, mpmath %s)" % mp.__version__)
for name, (value, slope, points) in UNARY.items():
    for x in map(single, points):
        e = mp.mpf(x)
        print(",".join([name, repr(x), "", mp.nstr(value(e), 30), mp.nstr(slope(e), 30), ""]))
for p in map(single, PROBABILITIES):
    for rate in map(single, RATES + [-r for r in RATES[1:]]):
        e, r = mp.mpf(p), mp.mpf(rate)
        by_p = mp.expm1(r) / r / (1 + e * mp.expm1(r)) if r else mp.mpf(1)
        print(",".join(["tiltedQuantile", repr(p), repr(rate), mp.nstr(tilted(e, r), 30), mp.nstr(by_p, 30),
                        mp.nstr(tilted_by_rate(e, r), 30)]))
