"""Writes incomplete.csv: incomplete gamma and beta functions with their derivatives, 30 digits, by mpmath.

P(a, x) and I_x(a, b) are summed by their power series of positive terms (DLMF 8.7.1, 8.17.8; I on the side below the
mean) in at least 80 digits more than the smaller tail needs; derivatives in a and b are central differences with a
step of 1e-30 relative. Each x is the double nearest to a quantile; the smaller of both tails names it.

Run: pip install mpmath gmpy2; python3 incomplete.py > incomplete.csv
"""
import mpmath as mp

mp.mp.dps = 100
PROBABILITIES = ["-1e-200", "-1e-30", "-1e-4", "-0.1", "0.5", "0.1", "1e-4", "1e-30", "1e-200"]  # below is negative
STEP = mp.mpf(10) ** -30


def gamma_lower(a, x):
    term = total = mp.mpf(1)
    n = a
    while term > total * mp.eps:
        n += 1
        term *= x / n
        total += term
    return mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1)) * total


def beta_series(a, b, x):
    term = total = mp.mpf(1)
    n = mp.mpf(0)
    while True:
        ratio = x * (a + b + n) / (a + 1 + n)
        term *= ratio
        n += 1
        total += term
        if ratio < 1 and term < total * mp.eps * (1 - ratio):
            break
    log_beta = mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)
    return mp.exp(a * mp.log(x) + b * mp.log(1 - x) - log_beta) / a * total


def beta_tails(a, b, x):
    below = x * (a + b) <= a
    if below and b < 1 and x > 0.9:
        below = False
    elif not below and a < 1 and x < 0.1:
        below = True
    if below:
        lower = beta_series(a, b, x)
        return lower, 1 - lower
    upper = beta_series(b, a, 1 - x)
    return 1 - upper, upper


def differences(f, point, which):
    h = STEP * point[which]
    up, down = list(point), list(point)
    up[which] += h
    down[which] -= h
    return (f(*up) - f(*down)) / (2 * h)


def quantile(low, high, tail, probability):
    """The place where an increasing function of log x (or logit x) crosses, by bisection in doubles."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle) else (low, middle)
    return low


def number(x):
    return mp.nstr(x, 30)


def gamma_rows(a_text):
    a = mp.mpf(float(a_text))
    for text in PROBABILITIES:
        p = abs(mp.mpf(text))
        if text[0] == "-" or p == mp.mpf("0.5"):
            mp.mp.dps = 40
            below = lambda u: gamma_lower(a, mp.exp(u)) < p
        else:
            mp.mp.dps = 40 + int(-mp.log10(p))
            below = lambda u: 1 - gamma_lower(a, mp.exp(u)) > p
        start = (mp.log(p) + mp.loggamma(a + 1)) / a
        if start < -700 and text[0] == "-":
            continue
        high = mp.log(a + 40 * mp.sqrt(a * 2 - 2 * mp.log(p)) - 4 * mp.log(p) + 5)
        x = float(mp.exp(quantile(max(start - 1, mp.mpf(-700)), high, below, p)))
        if not x > 1e-300:
            continue
        mp.mp.dps = 100 + int(-mp.log10(p))
        z = mp.mpf(x)
        lower = gamma_lower(a, z)
        slope = differences(gamma_lower, [a, z], 0)
        yield ["gamma", a_text, "", repr(x), number(lower), number(1 - lower), number(slope), ""]


def beta_rows(a_text, b_text, probabilities):
    a, b = mp.mpf(float(a_text)), mp.mpf(float(b_text))
    for text in probabilities:
        p = abs(mp.mpf(text))
        mp.mp.dps = 40 + int(-mp.log10(p))
        sigmoid = lambda u: 1 / (1 + mp.exp(-u))
        if text[0] == "-" or p == mp.mpf("0.5"):
            below = lambda u: beta_tails(a, b, sigmoid(u))[0] < p
        else:
            below = lambda u: beta_tails(a, b, sigmoid(u))[1] > p
        x = float(sigmoid(quantile(mp.mpf(-690), mp.mpf(34), below, p)))
        if not (1e-290 < x < 1 - 1e-14):
            continue
        mp.mp.dps = 100 + int(-mp.log10(p))
        z = mp.mpf(x)
        lower, upper = beta_tails(a, b, z)
        slopes = [differences(lambda *q: beta_tails(*q)[0], [a, b, z], i) for i in (0, 1)]
        yield ["beta", a_text, b_text, repr(x), number(lower), number(upper)] + [number(s) for s in slopes]


if __name__ == "__main__":
    print("# function,a,b,x,lower,upper,slopeA,slopeB  (made by incomplete.py, mpmath %s)" % mp.__version__)
    for a in ["0.001", "0.1", "0.5", "1", "2.5", "10", "29.5", "31", "100", "1e4"]:
        for row in gamma_rows(a):
            print(",".join(row), flush=True)
    sizes = ["0.001", "0.1", "0.7", "1", "3.5", "40", "500"]
    for a in sizes:
        for b in sizes:
            for row in beta_rows(a, b, ["-1e-100", "-1e-4", "0.5", "0.1", "1e-4", "1e-50"]):
                print(",".join(row), flush=True)
    for a, b in [("1e4", "1e4"), ("1e4", "0.001"), ("0.001", "1e4")]:
        for row in beta_rows(a, b, ["-1e-4", "0.5", "1e-4"]):
            print(",".join(row), flush=True)
