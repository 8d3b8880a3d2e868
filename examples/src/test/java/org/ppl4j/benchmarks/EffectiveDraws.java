package org.ppl4j.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.mcmc.ChainReport;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.mcmc.SamplerReport.Searches;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.PosteriorCase;

/**
 * What the draws of four chains are worth, and what they cost.
 *
 * @param seconds that the chains took one after the other, searches and warm-up included
 * @param gradients of the iterations after the warm-up
 * @param size the least effective size, for the middle of the distribution, of the parameters that
 *     the reference has
 */
record EffectiveDraws(double seconds, double gradients, double size) {

  /** Of chains with default settings on one thread. */
  static EffectiveDraws ofOurs(PosteriorCase posterior, int seed) {
    try (NDManager manager = NDManager.newBaseManager();
        McmcRun<PosteriorCase.Data> run =
            Nuts.of(posterior.program())
                .threads(1)
                .progress(Progress.silent())
                .config(RunConfig.defaults().withSeed(seed))
                .run(posterior.data(manager))) {
      return new EffectiveDraws(
          run.report().chains().stream().mapToDouble(ChainReport::seconds).sum()
              + run.report().figures().searches().map(Searches::seconds).orElse(0.0),
          Arrays.stream(run.iterations().steps().toArray()).sum(),
          posterior.reference().keySet().stream()
              .mapToDouble(name -> run.summary().get(name).bulkSize())
              .min()
              .orElseThrow());
    }
  }

  /**
   * Of a peer's, as its program tells on a line of JSON with these three numbers by their names.
   *
   * @param program its words; those of the peer, the posterior and the seed are added
   */
  static EffectiveDraws ofPeer(List<String> program, String peer, String posterior, int seed)
      throws IOException {
    List<String> words =
        Stream.concat(program.stream(), Stream.of(peer, posterior, String.valueOf(seed))).toList();
    Process process =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String line = new String(process.getInputStream().readAllBytes(), UTF_8);
    JsonObject told = JsonParser.parseString(line).getAsJsonObject();
    return new EffectiveDraws(
        told.get("seconds").getAsDouble(),
        told.get("gradients").getAsDouble(),
        told.get("size").getAsDouble());
  }

  /** Of all of them together. */
  static EffectiveDraws sum(List<EffectiveDraws> all) {
    return new EffectiveDraws(
        all.stream().mapToDouble(EffectiveDraws::seconds).sum(),
        all.stream().mapToDouble(EffectiveDraws::gradients).sum(),
        all.stream().mapToDouble(EffectiveDraws::size).sum());
  }

  double perSecond() {
    return size / seconds;
  }

  double perGradient() {
    return size / gradients;
  }
}
