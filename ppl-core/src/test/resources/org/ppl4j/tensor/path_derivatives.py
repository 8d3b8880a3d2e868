"""Writes path_derivatives.csv: how draws move with their parameters at a fixed quantile, 30 digits, by mpmath.

A row is a family, its parameters, a place x at (about) a quantile, and -(dF/dtheta) / f at exactly that x, for each
parameter theta:
  gamma            a            x is log z;  d log z / da. Inverse gamma and chi-squared follow: log 1/z, log 2 z
  beta             a, b         x itself;    dx/da, dx/db. Only where 1e-290 < x < 1 - 1e-14 as a double
  student          df           t;           dt/d df
  vonmises         kappa        the angle;   d angle / d kappa

P(a, z) and I_x(a, b) are power series of positive terms (DLMF 8.7.1, 8.17.8; see incomplete.py), the von Mises
distribution function is Fourier's series (1 / 2 pi) (x + 2 sum_n I_n / I_0 sin(n x) / n), in 60 to 100 digits more than a
tail needs; derivatives are central differences with a step of 1e-30 relative.

Run: pip install mpmath gmpy2; python3 path_derivatives.py > path_derivatives.csv
"""
import mpmath as mp

from incomplete import STEP, beta_tails, differences, gamma_lower, number, quantile

CONCENTRATIONS = ["0.001", "0.01", "0.1", "0.5", "1", "2.5", "10", "100", "1000", "10000"]
FIRST = {"0.001": 6, "0.1": 6, "1": 5, "10": 5, "1000": 2, "10000": 2}  # so many of the second, for the time it takes
PAIRS = [(a, b) for a in FIRST for b in list(FIRST)[:FIRST[a]]] + [("10000", "10000")]
QUANTILES = ["-1e-4", "-0.01", "-0.3", "0.5", "0.2", "0.01", "1e-4"]  # a negative one is below


def sides(text):
    return text[0] == "-" or text == "0.5", abs(mp.mpf(text))


def gamma_rows():
    for text in CONCENTRATIONS:
        a = mp.mpf(float(text))
        for q in QUANTILES:
            below, p = sides(q)
            mp.mp.dps = 40
            start = (mp.log(p if below else 1 - p) + mp.loggamma(a + 1)) / a
            high = mp.log(a + 12 * mp.sqrt(a) + 30)
            cdf = lambda u: gamma_lower(a, mp.exp(u))
            u = float(quantile(start - 1, high, lambda u: cdf(u) < p if below else 1 - cdf(u) > p, p))
            mp.mp.dps = 110
            z = mp.exp(mp.mpf(u))
            slope = -differences(gamma_lower, [a, z], 0) / mp.exp(a * mp.mpf(u) - z - mp.loggamma(a))
            yield ["gamma", text, "", q, repr(u), number(slope), ""]


def beta_rows():
    for text_a, text_b in PAIRS:
        a, b = mp.mpf(float(text_a)), mp.mpf(float(text_b))
        for q in QUANTILES[::2]:
            below, p = sides(q)
            mp.mp.dps = 40
            tail = (lambda x: beta_tails(a, b, x)[0] < p) if below else (lambda x: beta_tails(a, b, x)[1] > p)
            x = float(1 / (1 + mp.exp(-quantile(mp.mpf(-690), mp.mpf(40), lambda u: tail(1 / (1 + mp.exp(-u))), p))))
            if not 1e-290 < x < 1 - 1e-14:
                continue
            mp.mp.dps = 100
            z = mp.mpf(x)
            density = mp.exp((a - 1) * mp.log(z) + (b - 1) * mp.log(1 - z)
                             - mp.loggamma(a) - mp.loggamma(b) + mp.loggamma(a + b))
            slopes = [-differences(lambda *v: beta_tails(*v)[0], [a, b, z], i) / density for i in (0, 1)]
            yield ["beta", text_a, text_b, q, repr(x)] + [number(s) for s in slopes]


def student_lower(df, t):
    tail = beta_tails(df / 2, mp.mpf(0.5), df / (df + t * t))[0] / 2
    return tail if t < 0 else 1 - tail


def student_rows():
    for text in CONCENTRATIONS:
        df = mp.mpf(float(text))
        for q in ["-1e-4", "-0.01", "-0.3", "-0.49", "0.2", "1e-4"]:
            below, p = sides(q)
            mp.mp.dps = 40
            sign = -1 if below else 1
            u = quantile(mp.mpf(-30), mp.mpf(345), lambda u: student_lower(df, -mp.exp(u)) > p, p)
            t = float(sign * mp.exp(u))
            if u > 340:
                continue
            mp.mp.dps = 100
            x = mp.mpf(t)
            density = mp.exp(mp.loggamma((df + 1) / 2) - mp.loggamma(df / 2) - mp.log(df * mp.pi) / 2
                             - (df + 1) / 2 * mp.log(1 + x * x / df))
            yield ["student", text, "", q, repr(t), number(-differences(student_lower, [df, x], 0) / density), ""]


def circle_lower(kappa, x):
    """By Miller's backward recurrence for the ratios of Bessel functions."""
    n = int(60 + 18 * mp.sqrt(kappa) + 3 * mp.mp.dps)
    ratio = mp.mpf(0)
    sums = mp.mpf(0)  # sum over n of R_n / n sin(n x), R_n = I_n / I_0, nested
    for k in range(n, 0, -1):
        ratio = 1 / (2 * k / kappa + ratio)
        sums = ratio * (mp.sin(k * x) / k + sums)
    return mp.mpf(1) / 2 + (x + 2 * sums) / (2 * mp.pi)


def circle_rows():
    for text in CONCENTRATIONS:
        kappa = mp.mpf(float(text))
        for q in QUANTILES:
            below, p = sides(q)
            mp.mp.dps = 30
            p = p if below else 1 - p
            x = float(quantile(-mp.pi, mp.pi, lambda x: circle_lower(kappa, x) < p, p))
            mp.mp.dps = 90
            z = mp.mpf(x)
            density = mp.exp(kappa * mp.cos(z) - mp.log(2 * mp.pi * mp.besseli(0, kappa)))
            slope = -differences(circle_lower, [kappa, z], 0) / density
            yield ["vonmises", text, "", q, repr(x), number(slope), ""]


if __name__ == "__main__":
    print("# family,first,second,quantile,x,slopeFirst,slopeSecond  (made by path_derivatives.py, mpmath %s)" % mp.__version__)
    for rows in (gamma_rows, student_rows, circle_rows, beta_rows):
        for row in rows():
            print(",".join(row), flush=True)
