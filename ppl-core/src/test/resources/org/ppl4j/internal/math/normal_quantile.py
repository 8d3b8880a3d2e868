"""Writes normal_quantile.csv: quantiles of the standard normal at exact doubles p, 30 digits, by mpmath.

Run: pip install mpmath; python3 normal_quantile.py > normal_quantile.csv
"""
import mpmath as mp

mp.mp.dps = 60
POINTS = [2.0 ** -53, 2.0 ** -40, 1e-11, 1.4e-11, 1e-8, 1e-4, 0.01, 0.0749, 0.075, 0.0751, 0.1, 0.25, 0.4, 0.499,
          0.5 - 2.0 ** -53, 0.501, 0.6, 0.75, 0.9249, 0.9251, 0.99, 0.9999, 1 - 1e-8, 1 - 1e-12, 1 - 2.0 ** -53]

print("# probability,quantile  (made by normal_quantile.py, mpmath %s)" % mp.__version__)
for p in POINTS:
    z = mp.sqrt(2) * mp.erfinv(2 * mp.mpf(p) - 1)
    print("%r,%s" % (p, mp.nstr(z, 30)))
