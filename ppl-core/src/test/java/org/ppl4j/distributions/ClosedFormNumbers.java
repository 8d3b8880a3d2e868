package org.ppl4j.distributions;

import static org.ppl4j.distributions.ClosedForm.v;
import static org.ppl4j.distributions.Exact.ZERO;
import static org.ppl4j.distributions.Exact.log1mexp;
import static org.ppl4j.distributions.Exact.logSumExp;
import static org.ppl4j.distributions.Exact.softplus;
import static org.ppl4j.distributions.Exact.sum;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.hipparchus.dfp.Dfp;

/** Closed forms of parts and mixtures of logistic variables. */
final class ClosedFormNumbers {

  private ClosedFormNumbers() {}

  static List<ClosedForm> all() {
    return List.of(truncated(), censored(), mixture());
  }

  private static Dfp z(Exact in, String input) {
    return in.get(input).subtract(in.get("loc")).divide(in.get("scale"));
  }

  private static Dfp logDensity(Dfp z, Dfp scale) {
    return z.negate().subtract(softplus(z.negate()).multiply(2)).subtract(scale.log());
  }

  private static Dfp logCdf(Dfp z) {
    return softplus(z.negate()).negate();
  }

  private static Dfp logSf(Dfp z) {
    return softplus(z).negate();
  }

  /** σ(b) − σ(a) = σ(b) σ(−a) (1 − e^(a − b)). */
  private static Dfp logMass(Dfp a, Dfp b) {
    return logCdf(b).add(logSf(a)).add(log1mexp(a.subtract(b)));
  }

  private static ClosedForm truncated() {
    return ClosedForm.of(
            "Truncated logistic",
            p ->
                Truncated.of(
                    Logistic.of(p.apply("loc"), p.apply("scale")), p.apply("low"), p.apply("high")))
        .smooth("x", "loc", "scale", "low", "high")
        .number(
            "log_prob",
            in ->
                logDensity(z(in, "x"), in.get("scale"))
                    .subtract(logMass(z(in, "low"), z(in, "high"))))
        .number("log_cdf", ClosedFormNumbers::logLower)
        .number("log_sf", ClosedFormNumbers::logUpper)
        .number("cdf", in -> Exact.exp(logLower(in)))
        .number("sf", in -> Exact.exp(logUpper(in)))
        .at("loc", 0, "scale", 1, "low", 300, "high", 302, "x", 300.5)
        .at("loc", 0, "scale", 1e8, "low", -1, "high", 1, "x", 0.25)
        .at("loc", 0, "scale", 1e-8, "low", -2, "high", -1, "x", -1.0000002)
        .at("loc", 1e8, "scale", 1e8, "low", -1e8, "high", -9.9e7, "x", -9.95e7)
        .at("loc", 1e-8, "scale", 1e4, "low", -1e8, "high", 1e8, "x", 1e7)
        .at("loc", 0, "scale", 1, "low", 40, "high", 40.0009765625, "x", 40.00048828125);
  }

  private static Dfp logLower(Exact in) {
    Dfp low = z(in, "low");
    return logMass(low, z(in, "x")).subtract(logMass(low, z(in, "high")));
  }

  private static Dfp logUpper(Exact in) {
    Dfp high = z(in, "high");
    return logMass(z(in, "x"), high).subtract(logMass(z(in, "low"), high));
  }

  private static ClosedForm censored() {
    return ClosedForm.of(
            "Censored logistic",
            p ->
                Censored.of(
                    Logistic.of(p.apply("loc"), p.apply("scale")), p.apply("low"), p.apply("high")))
        .smooth("loc", "scale")
        .number(
            "log_prob",
            in -> {
              Dfp x = in.get("x");
              return x.equals(in.get("low"))
                  ? logCdf(z(in, "x"))
                  : x.equals(in.get("high"))
                      ? logSf(z(in, "x"))
                      : logDensity(z(in, "x"), in.get("scale"));
            })
        .number("log_cdf", in -> in.get("x").equals(in.get("high")) ? ZERO : logCdf(z(in, "x")))
        .number(
            "log_sf",
            in ->
                in.get("x").equals(in.get("high"))
                    ? Exact.number(Double.NEGATIVE_INFINITY)
                    : logSf(z(in, "x")))
        .at("loc", 0, "scale", 1, "low", -1, "high", 1e8, "x", 1e8)
        .at("loc", 0, "scale", 1e-8, "low", -1, "high", 1, "x", -1)
        .at("loc", 0, "scale", 1e-8, "low", -1, "high", 1, "x", 0.5)
        .at("loc", 1e8, "scale", 1e-4, "low", -1e8, "high", 1e8, "x", -1e8)
        .at("loc", 1e-8, "scale", 1e8, "low", -1e8, "high", 1e8, "x", 1e-8);
  }

  private static Dfp over(Exact in, UnaryOperator<Dfp> ofZ) {
    Dfp[] logs = new Dfp[in.size("scales")];
    Dfp total = sum(in.all("probs"));
    for (int k = 0; k < logs.length; k++) {
      Dfp z = in.get("x").subtract(in.get("locs", k)).divide(in.get("scales", k));
      logs[k] = in.get("probs", k).divide(total).log().add(ofZ.apply(z));
    }
    return logSumExp(logs);
  }

  private static ClosedForm mixture() {
    return ClosedForm.of(
            "MixtureSameFamily of logistic variables",
            p ->
                MixtureSameFamily.of(
                    Categorical.probs(p.apply("probs")),
                    Logistic.of(p.apply("locs"), p.apply("scales"))))
        .vectors("probs", "locs", "scales")
        .smooth("x", "probs", "locs", "scales")
        .number(
            "log_prob",
            in -> {
              Dfp[] logs = new Dfp[in.size("scales")];
              Dfp total = sum(in.all("probs"));
              for (int k = 0; k < logs.length; k++) {
                Dfp scale = in.get("scales", k);
                Dfp z = in.get("x").subtract(in.get("locs", k)).divide(scale);
                logs[k] = in.get("probs", k).divide(total).log().add(logDensity(z, scale));
              }
              return logSumExp(logs);
            })
        .number("log_cdf", in -> over(in, ClosedFormNumbers::logCdf))
        .number("log_sf", in -> over(in, ClosedFormNumbers::logSf))
        .number("mean", ClosedFormNumbers::mean)
        .number(
            "variance",
            in -> {
              Dfp mean = mean(in);
              Dfp[] terms = new Dfp[in.size("scales")];
              Arrays.setAll(
                  terms,
                  k -> {
                    Dfp own = in.get("scales", k).multiply(Exact.PI).square().divide(3);
                    Dfp apart = in.get("locs", k).subtract(mean).square();
                    return in.get("probs", k).multiply(own.add(apart));
                  });
              return sum(terms).divide(sum(in.all("probs")));
            })
        .at("probs", v(1e-8, 1), "locs", v(1e8, -1e8), "scales", v(1e-8, 1e8), "x", 3)
        .at("probs", v(1, 1e8), "locs", v(1e8, 1e8 + 16), "scales", v(1e-8, 2), "x", 1e8)
        .at("probs", v(1, 1), "locs", v(0, 1e-8), "scales", v(1e-8, 1e-8), "x", 1)
        .at("probs", v(1e-8, 3), "locs", v(0, 5), "scales", v(1e4, 1e-4), "x", -1e8);
  }

  private static Dfp mean(Exact in) {
    Dfp[] terms = new Dfp[in.size("locs")];
    Arrays.setAll(terms, k -> in.get("probs", k).multiply(in.get("locs", k)));
    return sum(terms).divide(sum(in.all("probs")));
  }
}
