package org.ppl4j.benchmarks;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.PosteriorCase;
import org.ppl4j.testing.PosteriorCases;

/**
 * Effective draws a second and a gradient on the posteriors of posteriordb: the guide's table.
 * Where {@code -Dacceptance.posteriors="python /path/program.py"} names the peers' program, Stan
 * and NumPyro run in turn with ours. It is called with the words {@code stan} or {@code numpyro},
 * the posterior and a seed, does as {@link EffectiveDraws#ofOurs} does, and prints a line of JSON
 * with {@code seconds}, without those of compiling, {@code gradients} and {@code size}.
 */
@Tag("acceptance")
@Tag("alone")
@Tag("sampler.5")
class PosteriorSpeedAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.5");
  private static final List<String> PEERS = List.of("stan", "numpyro");
  private static final int ROUNDS = 3;

  private final List<String> program =
      Splitter.on(' ')
          .omitEmptyStrings()
          .splitToList(System.getProperty("acceptance.posteriors", ""));

  /** The logarithms of ours over the peers', by peer. */
  private final Map<String, List<Double>> bySecond = new LinkedHashMap<>();

  private final Map<String, List<Double>> byGradient = new LinkedHashMap<>();

  @Test
  void effectiveDrawsOfAllPosteriors() throws IOException {
    int all = 0;
    for (Named<PosteriorCase> each : PosteriorCases.all().toList()) {
      measure(each.getPayload());
      all++;
    }

    POINT.between("posteriors whose effective draws a second were measured", all, 15, 15);
    if (program.isEmpty()) {
      System.out.println(
          "sampler.5 peers are not measured: name their program by -Dacceptance.posteriors");
    }
    bySecond.forEach(
        (peer, logs) -> {
          String what = "effective draws a second / " + peer + "'s, ";
          POINT.atLeast(what + "geometric mean", Math.exp(mean(logs)), 1);
          POINT.atLeast(what + "least", Math.exp(least(logs)), 0.5);
        });
    List<Double> logs = byGradient.get("stan");
    if (logs != null) {
      String what = "effective draws a gradient / stan's, geometric mean";
      POINT.atLeast(what, Math.exp(mean(logs)), 2);
    }
  }

  /** Ours once before, for what the virtual machine compiles; then in turn. */
  private void measure(PosteriorCase posterior) throws IOException {
    String name = posterior.name();
    POINT.shown(
        name + " at first, effective draws a second",
        EffectiveDraws.ofOurs(posterior, 0).perSecond());
    List<EffectiveDraws> ours = new ArrayList<>();
    Map<String, List<EffectiveDraws>> theirs = new LinkedHashMap<>();
    for (int seed = 1; seed <= (program.isEmpty() ? 1 : ROUNDS); seed++) {
      ours.add(EffectiveDraws.ofOurs(posterior, seed));
      for (String peer : program.isEmpty() ? List.<String>of() : PEERS) {
        theirs
            .computeIfAbsent(peer, key -> new ArrayList<>())
            .add(EffectiveDraws.ofPeer(program, peer, name, seed));
      }
    }
    EffectiveDraws sum = EffectiveDraws.sum(ours);
    show(name, sum);
    theirs.forEach(
        (peer, runs) -> {
          EffectiveDraws other = EffectiveDraws.sum(runs);
          show(peer + "'s " + name, other);
          add(bySecond, peer, sum.perSecond() / other.perSecond());
          add(byGradient, peer, sum.perGradient() / other.perGradient());
        });
  }

  private static void show(String what, EffectiveDraws draws) {
    POINT.shown(what + ", effective draws a second", draws.perSecond());
    POINT.shown(what + ", effective draws in 1,000 gradients", 1000 * draws.perGradient());
  }

  private static void add(Map<String, List<Double>> logs, String peer, double ratio) {
    logs.computeIfAbsent(peer, key -> new ArrayList<>()).add(Math.log(ratio));
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(x -> x).average().orElseThrow();
  }

  private static double least(List<Double> values) {
    return values.stream().mapToDouble(x -> x).min().orElseThrow();
  }
}
