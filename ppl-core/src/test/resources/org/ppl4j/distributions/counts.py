"""Writes counts.csv: log-masses, cdfs and survival functions of count distributions, 20 digits, by mpmath.

Parameters are drawn over many decades from a fixed seed, values around the mean and far from it, all exact in single
precision, so that both float types are judged by the same rows. Each log-mass is the
textbook formula in 120-digit arithmetic, where nothing cancels; cdfs are regularised incomplete functions (DLMF 8.2.4,
8.17.2), for BetaBinomial sums.

Run: pip install mpmath; python3 counts.py > counts.csv
"""
import random
import struct

import mpmath as mp

mp.mp.dps = 120
random.seed(20260301)


def lgamma(x):
    return mp.loggamma(mp.mpf(x))


def lchoose(n, k):
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def lbeta(a, b):
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def poisson(x, rate):
    return x * mp.log(rate) - rate - lgamma(x + 1)


def binomial(x, n, logits):
    return lchoose(n, x) + x * logits - n * mp.log1p(mp.exp(logits))


def beta_binomial(x, a, b, n):
    return lchoose(n, x) + lbeta(x + mp.mpf(a), n - x + mp.mpf(b)) - lbeta(mp.mpf(a), mp.mpf(b))


def negative_binomial(x, r, logits):
    return lgamma(x + mp.mpf(r)) - lgamma(r) - lgamma(x + 1) - r * mp.log1p(mp.exp(logits)) - x * mp.log1p(mp.exp(-logits))


def gamma_poisson(x, a, b):
    return negative_binomial(x, a, -mp.log(b))


def geometric(x, logits):
    return -(x + 1) * mp.log1p(mp.exp(logits)) + logits


def tails_of_beta(a, b, p, q):
    """I_p(a, b) and 1 - I_p(a, b), each by its own series."""
    return mp.betainc(a, b, 0, p, regularized=True), mp.betainc(b, a, 0, q, regularized=True)


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def tails(family, x, p):
    """cdf and sf, or nothing where the series would be too long."""
    if max(p + [x]) > 3000:
        return "", ""
    if family == "Poisson":
        sf = mp.gammainc(x + 1, 0, p[0], regularized=True)
        return mp.gammainc(x + 1, p[0], mp.inf, regularized=True), sf
    if family == "Geometric":
        sf = mp.exp(-(x + 1) * mp.log1p(mp.exp(p[0])))
        return 1 - sf, sf
    if family == "Binomial":
        if x >= p[0]:
            return mp.mpf(1), mp.mpf(0)
        sf, cdf = tails_of_beta(x + 1, p[0] - x, sigmoid(p[1]), sigmoid(-p[1]))
        return cdf, sf
    if family == "BetaBinomial":
        masses = [mp.exp(beta_binomial(k, *p)) for k in range(int(p[2]) + 1)]
        return mp.fsum(masses[: x + 1]), mp.fsum(masses[x + 1 :])
    r, logits = (p[0], mp.mpf(p[1])) if family == "NegativeBinomial" else (p[0], -mp.log(p[1]))
    sf, cdf = tails_of_beta(x + 1, mp.mpf(r), sigmoid(logits), sigmoid(-logits))
    return cdf, sf


def single(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def decades(low, high):
    return single(10 ** random.uniform(low, high))


def whole(low, high):
    return int(single(int(decades(low, high))))


def real(width):
    return single(random.uniform(-width, width))


def near(mean, most=None):
    x = int(random.choice([mean, mean + 3 * mean**0.5, mean - 3 * mean**0.5, mean * 1.5, mean / 2, 3 * mean + 2, 0]))
    x = int(single(max(x, 0)))
    return x if most is None else min(x, most)


def rows():
    for _ in range(40):
        rate = decades(-6, 9)
        yield "Poisson", [rate], near(rate), poisson
    for _ in range(40):
        n, logits = whole(0, 9), real(12)
        yield "Binomial", [n, logits], near(float(n * sigmoid(logits)), n), binomial
    for _ in range(30):
        a, b, n = decades(-2, 7), decades(-2, 7), whole(0, 3)
        yield "BetaBinomial", [a, b, n], near(n * a / (a + b), n), beta_binomial
    for _ in range(40):
        r, logits = decades(-3, 7), real(12)
        yield "NegativeBinomial", [r, logits], near(float(r * mp.exp(logits))), negative_binomial
    for _ in range(30):
        a, b = decades(-3, 7), decades(-4, 4)
        yield "GammaPoisson", [a, b], near(a / b), gamma_poisson
    for _ in range(20):
        logits = real(15)
        yield "Geometric", [logits], near(float(mp.exp(-logits))), geometric


def text(number):
    return "" if number == "" else mp.nstr(number, 20)


print("# family,first,second,third parameter,x,log-mass,cdf,sf  (made by counts.py, mpmath %s)" % mp.__version__)
for family, parameters, x, formula in rows():
    value = formula(x, *[mp.mpf(p) for p in parameters])
    padded = [repr(p) for p in parameters] + [""] * (3 - len(parameters))
    print(",".join([family] + padded + [str(x)] + [text(v) for v in (value, *tails(family, x, parameters))]))
