package org.ppl4j.distributions;

import static org.ppl4j.distributions.ClosedForm.v;
import static org.ppl4j.distributions.Exact.ONE;
import static org.ppl4j.distributions.Exact.ZERO;
import static org.ppl4j.distributions.Exact.log1mexp;
import static org.ppl4j.distributions.Exact.logGamma;
import static org.ppl4j.distributions.Exact.logSumExp;
import static org.ppl4j.distributions.Exact.number;
import static org.ppl4j.distributions.Exact.softplus;
import static org.ppl4j.distributions.Exact.sum;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.hipparchus.dfp.Dfp;

/** Closed forms of categories, counts and shares. */
final class ClosedFormCounts {

  private ClosedFormCounts() {}

  static List<ClosedForm> all() {
    return List.of(
        categoricalProbs(),
        categoricalLogits(),
        oneHot(),
        oneHotLogits(),
        orderedLogistic(),
        discreteUniform(),
        multinomial(),
        dirichletMultinomial(),
        dirichlet(),
        relaxedOneHot());
  }

  private static Dfp[] each(Dfp[] x, UnaryOperator<Dfp> operator) {
    return Arrays.stream(x).map(operator).toArray(Dfp[]::new);
  }

  private static Dfp entropy(Dfp[] logs) {
    Dfp total = logSumExp(logs);
    return sum(each(
            logs,
            log -> {
              Dfp normal = log.subtract(total);
              return Exact.exp(normal).multiply(normal);
            }))
        .negate();
  }

  private static Dfp[] logProbs(Exact in) {
    return each(in.all("probs"), Dfp::log);
  }

  private static Dfp share(Exact in, int i) {
    return in.get("probs", i).divide(sum(in.all("probs")));
  }

  private static Dfp rest(Exact in, int i) {
    return sum(in.all("probs")).subtract(in.get("probs", i)).divide(sum(in.all("probs")));
  }

  private static ClosedForm categoricalProbs() {
    return ClosedForm.of("Categorical probs", p -> Categorical.probs(p.apply("probs")))
        .vectors("probs")
        .smooth("probs")
        .number("log_prob", in -> logProbs(in)[in.whole("x")].subtract(sum(in.all("probs")).log()))
        .number("entropy", in -> entropy(logProbs(in)))
        .at("probs", v(1e-8, 1, 1e8), "x", 0)
        .at("probs", v(1e-8, 1, 1e8), "x", 2)
        .at("probs", v(1e8, 1e8, 3e7), "x", 1)
        .at("probs", v(1e-8, 3e-8), "x", 1)
        .at("probs", v(1e-30, 1, 1e-8), "x", 0);
  }

  private static ClosedForm categoricalLogits() {
    return ClosedForm.of("Categorical logits", p -> Categorical.logits(p.apply("logits")))
        .vectors("logits")
        .smooth("logits")
        .number(
            "log_prob", in -> in.get("logits", in.whole("x")).subtract(logSumExp(in.all("logits"))))
        .number("entropy", in -> entropy(in.all("logits")))
        .at("logits", v(-1e8, 0, 1e8), "x", 0)
        .at("logits", v(-1e8, 0, 1e8), "x", 2)
        .at("logits", v(1e-8, 2e-8, 0), "x", 1)
        .at("logits", v(1e8, 1e8, -700), "x", 1)
        .at("logits", v(-40, 0, -20), "x", 1);
  }

  private static ClosedForm oneHot() {
    return ClosedForm.of("OneHotCategorical probs", p -> OneHotCategorical.probs(p.apply("probs")))
        .vectors("probs", "x")
        .smooth("probs")
        .number(
            "log_prob",
            in -> {
              Dfp log = ZERO;
              for (int i = 0; i < in.size("x"); i++) {
                log = log.add(in.get("x", i).multiply(in.get("probs", i).log()));
              }
              return log.subtract(sum(in.all("probs")).log());
            })
        .each("mean", in -> in.size("probs"), ClosedFormCounts::share)
        .each("variance", in -> in.size("probs"), (in, i) -> share(in, i).multiply(rest(in, i)))
        .number("entropy", in -> entropy(logProbs(in)))
        .at("probs", v(1e-8, 1, 1e8), "x", v(1, 0, 0))
        .at("probs", v(1e-8, 1e8, 1), "x", v(0, 1, 0))
        .at("probs", v(1e-8, 2e-8), "x", v(0, 1))
        .at("probs", v(1e-30, 1, 1e-12), "x", v(1, 0, 0));
  }

  private static ClosedForm oneHotLogits() {
    return ClosedForm.of(
            "OneHotCategorical logits", p -> OneHotCategorical.logits(p.apply("logits")))
        .vectors("logits", "x")
        .smooth("logits")
        .number(
            "log_prob",
            in -> {
              Dfp log = logSumExp(in.all("logits")).negate();
              for (int i = 0; i < in.size("x"); i++) {
                log = log.add(in.get("x", i).multiply(in.get("logits", i)));
              }
              return log;
            })
        .each(
            "mean",
            in -> in.size("logits"),
            (in, i) -> Exact.exp(in.get("logits", i).subtract(logSumExp(in.all("logits")))))
        .each(
            "variance",
            in -> in.size("logits"),
            (in, i) -> {
              Dfp log = in.get("logits", i).subtract(logSumExp(in.all("logits")));
              return Exact.exp(log.add(log1mexp(log)));
            })
        .number("entropy", in -> entropy(in.all("logits")))
        .at("logits", v(-40, 0, -20), "x", v(1, 0, 0))
        .at("logits", v(1e-8, 2e-8, -1e-8), "x", v(0, 1, 0));
  }

  private static Dfp logCategory(Exact in, int k) {
    Dfp eta = in.get("predictor");
    int cuts = in.size("cutpoints");
    if (k == 0 || k == cuts) {
      Dfp distance = in.get("cutpoints", k == 0 ? 0 : cuts - 1).subtract(eta);
      return softplus(k == 0 ? distance.negate() : distance).negate();
    }
    Dfp high = in.get("cutpoints", k).subtract(eta);
    Dfp low = in.get("cutpoints", k - 1).subtract(eta);
    return log1mexp(low.subtract(high)).subtract(softplus(high.negate())).subtract(softplus(low));
  }

  private static ClosedForm orderedLogistic() {
    return ClosedForm.of(
            "OrderedLogistic", p -> OrderedLogistic.of(p.apply("predictor"), p.apply("cutpoints")))
        .vectors("cutpoints")
        .smooth("predictor", "cutpoints")
        .number("log_prob", in -> logCategory(in, in.whole("x")))
        .number(
            "entropy",
            in -> {
              Dfp[] logs = new Dfp[in.size("cutpoints") + 1];
              Arrays.setAll(logs, k -> logCategory(in, k));
              return entropy(logs);
            })
        .at("predictor", 0, "cutpoints", v(-1e8, 1e-8, 1e8), "x", 1)
        .at("predictor", 1e8, "cutpoints", v(-1e-8, 1e-8, 3), "x", 1)
        .at("predictor", -1e8, "cutpoints", v(-1e-8, 1e-8, 3), "x", 0)
        .at("predictor", 1e-8, "cutpoints", v(1e-8, 2e-8), "x", 1)
        .at("predictor", -700, "cutpoints", v(0, 40), "x", 2)
        .at("predictor", 3, "cutpoints", v(1, 1e8), "x", 1);
  }

  private static ClosedForm discreteUniform() {
    return ClosedForm.of(
            "DiscreteUniform", p -> DiscreteUniform.of(p.apply("low"), p.apply("high")))
        .number("log_prob", in -> size(in).log().negate())
        .number("cdf", in -> in.get("x").subtract(in.get("low")).add(ONE).divide(size(in)))
        .number("sf", in -> in.get("high").subtract(in.get("x")).divide(size(in)))
        .number(
            "log_cdf", in -> in.get("x").subtract(in.get("low")).add(ONE).divide(size(in)).log())
        .number("log_sf", in -> in.get("high").subtract(in.get("x")).divide(size(in)).log())
        .number("mean", in -> in.get("low").add(in.get("high")).divide(2))
        .number("variance", in -> size(in).square().subtract(ONE).divide(12))
        .number("entropy", in -> size(in).log())
        .at("low", -1e8, "high", 1e8, "x", 9.9999e7)
        .at("low", 0, "high", 1e8, "x", 3)
        .at("low", 99_999_984, "high", 1e8, "x", 99_999_992)
        .at("low", -1, "high", 0, "x", -1);
  }

  private static Dfp size(Exact in) {
    return in.get("high").subtract(in.get("low")).add(ONE);
  }

  private static ClosedForm multinomial() {
    return ClosedForm.of("Multinomial", p -> Multinomial.probs(p.apply("total"), p.apply("probs")))
        .vectors("probs", "x")
        .smooth("probs")
        .number(
            "log_prob",
            in -> {
              Dfp log = logGamma(sum(in.all("x")).add(ONE));
              for (int i = 0; i < in.size("x"); i++) {
                Dfp x = in.get("x", i);
                log = log.subtract(logGamma(x.add(ONE))).add(x.multiply(share(in, i).log()));
              }
              return log;
            })
        .each("mean", in -> in.size("x"), (in, i) -> share(in, i).multiply(in.get("total")))
        .each(
            "variance",
            in -> in.size("x"),
            (in, i) -> share(in, i).multiply(rest(in, i)).multiply(in.get("total")))
        .at("probs", v(1e-8, 1e8, 1), "x", v(0, 7, 1), "total", 8)
        .at("probs", v(1, 1, 2), "x", v(16_777_217, 16_777_219, 33_554_436), "total", 67_108_872)
        .at("probs", v(1e-8, 1e-8), "x", v(50_000_000, 50_004_001), "total", 100_004_001)
        .at("probs", v(1e-4, 1), "x", v(10_001, 99_990_000), "total", 100_000_001);
  }

  private static ClosedForm dirichletMultinomial() {
    return ClosedForm.of(
            "DirichletMultinomial",
            p -> DirichletMultinomial.of(p.apply("concentration"), p.apply("total")))
        .vectors("concentration", "x")
        .smooth("concentration")
        .number(
            "log_prob",
            in -> {
              Dfp prior = sum(in.all("concentration"));
              Dfp n = sum(in.all("x"));
              Dfp log = logGamma(prior).add(logGamma(n.add(ONE))).subtract(logGamma(n.add(prior)));
              for (int i = 0; i < in.size("x"); i++) {
                Dfp x = in.get("x", i);
                Dfp a = in.get("concentration", i);
                log = log.add(logGamma(x.add(a))).subtract(logGamma(a));
                log = log.subtract(logGamma(x.add(ONE)));
              }
              return log;
            })
        .each("mean", in -> in.size("x"), (in, i) -> expected(in, i).multiply(in.get("total")))
        .each(
            "variance",
            in -> in.size("x"),
            (in, i) -> {
              Dfp prior = sum(in.all("concentration"));
              Dfp excess = prior.add(in.get("total")).divide(prior.add(ONE));
              Dfp share = expected(in, i);
              return share.multiply(ONE.subtract(share)).multiply(in.get("total")).multiply(excess);
            })
        .at("concentration", v(1e-8, 1, 1e8), "x", v(1, 2, 997), "total", 1000)
        .at("concentration", v(1e-8, 2e-8), "x", v(0, 5), "total", 5)
        .at("concentration", v(1e8, 1e8, 2e8), "x", v(2, 3, 5), "total", 10)
        .at("concentration", v(3, 1e8), "x", v(4, 99_999_996), "total", 1e8)
        .at("concentration", v(1e8, 1e8), "x", v(16_777_218, 16_780_224), "total", 33_557_442)
        .at("concentration", v(0.5, 2), "x", v(33_554_433, 1_000_003), "total", 34_554_436);
  }

  private static Dfp expected(Exact in, int i) {
    return in.get("concentration", i).divide(sum(in.all("concentration")));
  }

  private static ClosedForm dirichlet() {
    return ClosedForm.of("Dirichlet", p -> Dirichlet.of(p.apply("concentration")))
        .vectors("concentration", "x")
        .smooth("concentration")
        .number(
            "log_prob",
            in -> {
              Dfp log = logGamma(sum(in.all("concentration")));
              for (int i = 0; i < in.size("x"); i++) {
                Dfp a = in.get("concentration", i);
                log = log.subtract(logGamma(a));
                log = log.add(a.subtract(ONE).multiply(in.get("x", i).log()));
              }
              return log;
            })
        .each("mean", in -> in.size("x"), ClosedFormCounts::expected)
        .each(
            "variance",
            in -> in.size("x"),
            (in, i) -> {
              Dfp share = expected(in, i);
              Dfp prior = sum(in.all("concentration"));
              return share.multiply(ONE.subtract(share)).divide(prior.add(ONE));
            })
        .number(
            "entropy",
            in -> {
              Dfp prior = sum(in.all("concentration"));
              Dfp sizeLess = prior.subtract(number(in.size("concentration")));
              Dfp all = logGamma(prior).negate().add(sizeLess.multiply(Exact.digamma(prior)));
              for (Dfp a : in.all("concentration")) {
                all = all.add(logGamma(a));
                all = all.subtract(a.subtract(ONE).multiply(Exact.digamma(a)));
              }
              return all;
            })
        .at("concentration", v(1e-8, 1, 1e8), "x", v(0x1p-60, 0x1p-20, 1 - 0x1p-20))
        .at("concentration", v(1e8, 1e8, 2e8), "x", v(0.25, 0.25, 0.5))
        .at("concentration", v(1e8, 1e8, 2e8), "x", v(0.125, 0.375, 0.5))
        .at("concentration", v(1e-8, 2e-8, 1e-8), "x", v(0.125, 0.375, 0.5))
        .at("concentration", v(1e-8, 1e8), "x", v(0x1p-24, 1 - 0x1p-24));
  }

  private static ClosedForm relaxedOneHot() {
    return ClosedForm.of(
            "RelaxedOneHotCategorical",
            p -> RelaxedOneHotCategorical.logits(p.apply("temperature"), p.apply("logits")))
        .vectors("logits", "x")
        .smooth("temperature", "logits")
        .number(
            "log_prob",
            in -> {
              int size = in.size("x");
              Dfp[] scores = new Dfp[size];
              Dfp sum = logGamma(number(size));
              for (int i = 0; i < size; i++) {
                Dfp log = in.get("x", i).log();
                scores[i] = in.get("logits", i).subtract(log.multiply(in.get("temperature")));
                sum = sum.add(scores[i]).subtract(log);
              }
              return sum.subtract(logSumExp(scores).multiply(size))
                  .add(in.get("temperature").log().multiply(size - 1));
            })
        .at("temperature", 1e-8, "logits", v(0, 1, -1), "x", v(0x1p-60, 0x1p-20, 1 - 0x1p-20))
        .at("temperature", 1, "logits", v(-1e8, 1e8, 3), "x", v(0.25, 0.25, 0.5))
        .at("temperature", 1e8, "logits", v(1e-8, 1, 2), "x", v(0.125, 0.375, 0.5))
        .at("temperature", 1e4, "logits", v(1e-8, 0, 0), "x", v(0x1p-100, 0.5, 0.5));
  }
}
