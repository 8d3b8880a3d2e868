package org.ppl4j.tensor;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.testing.AcceptancePoint;

/** In how many files of the tensors an operation is named: what it means stands in one. */
class OperationFilesTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("compiler.5");

  /** The ten that were named in most files when each had its meaning in all of them. */
  private static final ImmutableMap<Op, Integer> BEFORE =
      ImmutableMap.of(
          Op.ADD, 20,
          Op.MUL, 20,
          Op.WHERE, 19,
          Op.STOP_GRADIENT, 19,
          Op.SUB, 17,
          Op.NEG, 15,
          Op.EXP, 15,
          Op.LOG, 15,
          Op.DIV, 15,
          Op.EQ, 14);

  private static final int SOFTPLUS_BEFORE = 11;

  /** Its row, its public face, and that of DJL. */
  private static final int SOFTPLUS_AFTER = 3;

  private static ImmutableList<String> sources() throws IOException {
    List<String> sources = new ArrayList<>();
    for (String folder : List.of("main", "generated")) {
      Path path = Path.of("src", folder, "java", "org", "ppl4j", "tensor");
      if (Files.exists(path)) {
        try (Stream<Path> files = Files.walk(path)) {
          for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
            sources.add(Files.readString(file));
          }
        }
      }
    }
    return ImmutableList.copyOf(sources);
  }

  private static int files(Op op, List<String> sources) {
    Pattern name = Pattern.compile("\\b" + op.name() + "\\b");
    return (int) sources.stream().filter(source -> name.matcher(source).find()).count();
  }

  /** The largest and the median. */
  private static void show(String when, ImmutableList<Integer> sorted) {
    POINT.shown("files that name an operation of the ten, largest " + when, sorted.get(9));
    POINT.shown(
        "files that name an operation of the ten, median " + when,
        (sorted.get(4) + sorted.get(5)) / 2.0);
  }

  @Test
  @Tag("acceptance")
  @Tag("compiler.5")
  void namesStandInFewFiles() throws IOException {
    ImmutableList<String> sources = sources();
    show("before", BEFORE.values().stream().sorted().collect(toImmutableList()));
    show(
        "now",
        BEFORE.keySet().stream().map(op -> files(op, sources)).sorted().collect(toImmutableList()));

    for (Map.Entry<Op, Integer> before : BEFORE.entrySet()) {
      POINT.below(
          "files that name " + before.getKey(), files(before.getKey(), sources), before.getValue());
    }
    POINT.shown("files that name SOFTPLUS before", SOFTPLUS_BEFORE);
    POINT.atMost("files that name SOFTPLUS", files(Op.SOFTPLUS, sources), SOFTPLUS_AFTER);
  }
}
