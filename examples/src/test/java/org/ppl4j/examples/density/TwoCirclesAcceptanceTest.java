package org.ppl4j.examples.density;

import com.google.common.base.Splitter;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Figures;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;

/**
 * The flows of the two circles are as good on points that they have not seen as Pyro's, and better
 * trained as recommended. Times beside those of Pyro, where {@code -Dacceptance.pyro="python
 * /path/peers/pyro/bench.py"} names the peers' programs.
 */
@Tag("acceptance")
class TwoCirclesAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("flows.3");
  private static final long[] SEEDS = {0, 1, 2};

  @Test
  @Tag("flows.3")
  void flowsGeneralise() throws Exception {
    List<ExampleResult> results = Arrays.stream(SEEDS).mapToObj(this::run).toList();
    String pyro = System.getProperty("acceptance.pyro", "");
    String theirs = pyro.isEmpty() ? "" : pyro(pyro);

    judge(results, "spline", 2.60, theirs);
    judge(results, "spline-coupling", 2.05, theirs);
    judge(results, "conditional-spline", 1.99, theirs);
    judge(results, "recommended", 1.93, theirs);
  }

  private ExampleResult run(long seed) {
    return new TwoCircles()
        .run(ExampleOptions.defaults().withSeed(seed).withFloatType(FloatType.FLOAT32).quietly());
  }

  private static void judge(List<ExampleResult> results, String flow, double bound, String theirs) {
    POINT.shown("train." + flow, Figures.mean(results, "train." + flow));
    POINT.shown("seconds." + flow, Figures.mean(results, "seconds." + flow));
    pyroSeconds(theirs, flow).ifPresent(s -> POINT.shown("seconds of Pyro's " + flow, s));
    POINT.atMost("test." + flow, Figures.mean(results, "test." + flow), bound);
  }

  /** What Pyro's program for these flows, which is beside the peers, prints. */
  private static String pyro(String command) throws Exception {
    List<String> words = Splitter.on(' ').splitToList(command);
    Path peers = Path.of(words.get(1)).toAbsolutePath().getParent();
    Path program = peers.resolve("../../reference/flows/pyro_two_circles.py").normalize();
    Process process =
        new ProcessBuilder(words.get(0), program.toString(), "0")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static OptionalDouble pyroSeconds(String theirs, String flow) {
    for (String line : theirs.lines().toList()) {
      JsonObject result = JsonParser.parseString(line).getAsJsonObject();
      if (result.get("flow").getAsString().equals(flow.replace('-', '_'))) {
        return OptionalDouble.of(result.get("seconds").getAsDouble());
      }
    }
    return OptionalDouble.empty();
  }
}
