"""Writes special.csv: values and first derivatives of the functions of Special, 30 digits, by mpmath.

Arguments are exact in single precision, so that both float types are judged by the same rows. Derivatives in x are
closed forms; where a function has two arguments, y and its derivative follow.

Run: pip install mpmath; python3 special.py > special.csv
"""
import struct

import mpmath as mp

mp.mp.dps = 80


def single(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def normal(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def ndtr(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def ndtri(p):
    guess = mp.sqrt(2) * mp.erfinv(2 * p - 1)
    return mp.findroot(lambda z: mp.log(ndtr(z)) - mp.log(p), guess) if p < mp.mpf(10) ** -20 else guess


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def polygamma(n):
    return lambda x: mp.psi(n, x), lambda x: mp.psi(n + 1, x)


SMALL = [0.0, 1e-30, -1e-30, 1e-8, -1e-8, 1e-3, -1e-3]
MIDDLE = [0.1, -0.1, 0.5, -0.5, 0.9, 1.0, -1.0, 1.5, 2.0, -2.0, 3.7, -3.7]
LARGE = [6.0, -6.0, 10.0, -10.0, 20.0, -20.0, 36.0, -36.0, 80.0, -80.0]
POSITIVE = [1e-30, 1e-8, 1e-3, 0.1, 0.5, 0.99, 1.0, 1.01, 1.4616321325302124, 1.5, 2.0, 2.01, 3.7, 5.9, 6.0, 7.5, 9.99,
            10.0, 25.0, 100.0, 1e4, 1e8]
OPEN_UNIT = [1e-30, 1e-12, 1e-5, 0.01, 0.1, 0.25, 0.4999, 0.5, 0.75, 0.9, 0.99, 0.9999, 1 - 2.0 ** -20, 1 - 2.0 ** -24]

UNARY = {
    "log1p": (mp.log1p, lambda x: 1 / (1 + x), SMALL + [-0.5, 0.5, -0.9, -0.99999, 1.0, 10.0, 1e10, 1e30]),
    "expm1": (mp.expm1, mp.exp, SMALL + MIDDLE + LARGE),
    "erf": (mp.erf, lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x * x), SMALL + MIDDLE + [6.0, -6.0]),
    "erfc": (mp.erfc, lambda x: -2 / mp.sqrt(mp.pi) * mp.exp(-x * x), SMALL + MIDDLE + [6.0, -6.0, 9.0]),
    "erfinv": (mp.erfinv, lambda x: mp.sqrt(mp.pi) / 2 * mp.exp(mp.erfinv(x) ** 2),
               SMALL + [0.1, -0.1, 0.5, -0.5, 0.9, 0.99, -0.99, 1 - 2.0 ** -24]),
    "ndtr": (ndtr, normal, SMALL + MIDDLE + [5.0, -5.0, 8.0, -8.0, -12.0]),
    "logNdtr": (lambda x: mp.log1p(-ndtr(-x)) if x > 0 else mp.log(ndtr(x)), lambda x: normal(x) / ndtr(x), SMALL + MIDDLE + LARGE + [-1e4, -1e10]),
    "ndtri": (ndtri, lambda p: 1 / normal(ndtri(p)), OPEN_UNIT),
    "lgamma": (mp.loggamma, lambda x: mp.psi(0, x), POSITIVE),
    "logFactorialRest": (lambda x: mp.loggamma(x + 1) - x * mp.log(x) + x, lambda x: mp.psi(0, x + 1) - mp.log(x),
                         POSITIVE + [15.9, 16.0, 16.1, 1e12]),
    "digamma": (lambda x: mp.psi(0, x), lambda x: mp.psi(1, x), POSITIVE),
    "trigamma": polygamma(1) + (POSITIVE[1:],),
    "polygamma2": polygamma(2) + (POSITIVE[1:],),
    "polygamma3": polygamma(3) + (POSITIVE[1:],),
    "logit": (lambda x: mp.log(x / (1 - x)), lambda x: 1 / (x * (1 - x)), OPEN_UNIT),
    "logSigmoid": (lambda x: -mp.log1p(mp.exp(-x)), lambda x: sigmoid(-x), SMALL + MIDDLE + LARGE + [-1e10]),
    "softplus": (lambda x: mp.log1p(mp.exp(x)), sigmoid, SMALL + MIDDLE + LARGE + [1e10]),
    "i0e": (lambda x: mp.besseli(0, x) * mp.exp(-abs(x)),
            lambda x: (mp.besseli(1, x) - mp.sign(x) * mp.besseli(0, x)) * mp.exp(-abs(x)),
            MIDDLE + LARGE + [1e-3, 7.9, 8.1, 1e4, 1e8]),
    "i1e": (lambda x: mp.besseli(1, x) * mp.exp(-abs(x)),
            lambda x: (mp.besseli(0, x) - (mp.sign(x) + 1 / x) * mp.besseli(1, x)) * mp.exp(-abs(x)),
            MIDDLE + LARGE + [1e-3, 7.9, 8.1, 1e4, 1e8]),
}
COUNTS = [(3.0, 2.9), (3.0, 3.0), (1e6, 1e6 + 64), (1e6, 0.99e6), (1e-30, 0.5), (4.0, 1e-30), (7.0, 1e6), (0.25, 0.5),
          (10.0, 5.01), (10.0, 4.99), (10.0, 39.9), (10.0, 40.1), (16.0, 0.99), (16.0, 1.01), (2.0 ** 24, 2.0 ** 24 + 2)]


def deviance(k, m):
    return k * mp.log(k / m) - (k - m)


DEVIANCE = (deviance, lambda k, m: mp.log(k / m), lambda k, m: 1 - k / m, COUNTS)
BINARY = {
    "xlog1py": (lambda x, y: x * mp.log1p(y), lambda x, y: mp.log1p(y), lambda x, y: x / (1 + y),
                [(0.0, 0.5), (0.0, -0.5), (2.0, 1e-30), (-3.0, 7.0), (1e10, -1e-8), (0.5, -0.9999)]),
    "deviance": DEVIANCE,
    "devianceOfLog": DEVIANCE,
    "xlogy": (lambda x, y: x * mp.log(y), lambda x, y: mp.log(y), lambda x, y: x / y,
              [(0.0, 0.5), (0.0, 1e-30), (2.0, 0.25), (-3.0, 7.0), (1e-30, 1e-30), (1e10, 1.0), (0.5, 1e30)]),
    "logAddExp": (lambda x, y: mp.log(mp.exp(x) + mp.exp(y)), lambda x, y: sigmoid(x - y), lambda x, y: sigmoid(y - x),
                  [(0.0, 0.0), (1.0, -1.0), (-1000.0, -1000.0), (1000.0, 998.5), (-5.0, 60.0), (1e8, -1e8)]),
}

print("# function,x,y,value,derivative in x,derivative in y  (made by special.py, mpmath %s)" % mp.__version__)
for name, (f, slope, points) in UNARY.items():
    for x in map(single, points):
        m = mp.mpf(x)
        with mp.workdps(200 if name == "logNdtr" or abs(x) < 1e-20 else 80):
            print("%s,%r,,%s,%s," % (name, x, mp.nstr(mp.mpf(f(m)), 30), mp.nstr(mp.mpf(slope(m)), 30)))
for name, (f, slope, other, points) in BINARY.items():
    for x, y in points:
        x, y = single(x), single(y)
        mx, my = mp.mpf(x), mp.mpf(y)
        print("%s,%r,%r,%s,%s,%s" % (name, x, y, *(mp.nstr(g(mx, my), 30) for g in (f, slope, other))))
