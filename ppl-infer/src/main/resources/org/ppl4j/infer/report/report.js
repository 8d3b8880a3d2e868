'use strict';
// Draws the figures that the page's data describe. Each kind of figure is a function of a figure
// and what is chosen in it, and gives an option of ECharts.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const arrays = data.arrays.map(text => {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
    return new Float32Array(bytes.buffer);
  });
  const escaped = text => String(text).replace(/[&<>"']/g, c => '&#' + c.charCodeAt(0) + ';');
  const short = x => {
    if (typeof x !== 'number' || !Number.isFinite(x)) return String(x);
    const size = Math.abs(x);
    return size !== 0 && (size < 1e-3 || size >= 1e6)
      ? x.toExponential(2) : String(Number(x.toPrecision(4)));
  };
  const tick = x => {
    const size = Math.abs(x);
    return size !== 0 && (size < 1e-3 || size >= 1e6)
      ? String(Number(x.toPrecision(4)).toExponential()) : String(Number(x.toPrecision(12)));
  };
  const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  let isPrinting = false;
  const palette = () => [0, 1, 2, 3, 4, 5].map(i => color('--c' + i));

  function axis(name, more) {
    return Object.assign({
      type: 'value', scale: true, name, nameLocation: 'middle', nameGap: 26,
      nameTextStyle: {color: color('--faint')},
      axisLine: {show: true, onZero: false, lineStyle: {color: color('--faint')}},
      axisLabel: {color: color('--faint'), formatter: tick, hideOverlap: true},
      splitLine: {lineStyle: {color: color('--grid')}},
    }, more);
  }

  function option(series, x, y, names, tooltip) {
    return {
      animation: false,
      backgroundColor: 'transparent',
      textStyle: {fontFamily: getComputedStyle(document.body).fontFamily, color: color('--ink')},
      grid: {left: 12, right: 22, top: names.length > 1 ? 60 : 36, bottom: 30, containLabel: true},
      legend: {
        show: names.length > 1, type: 'scroll', top: 0, left: 0, data: names,
        icon: 'roundRect', itemWidth: 16, itemHeight: 5,
        textStyle: {color: color('--ink')}, pageTextStyle: {color: color('--ink')},
        inactiveColor: color('--faint'),
      },
      toolbox: {
        show: !isPrinting, right: 0, top: names.length > 1 ? 24 : 0, itemSize: 13, showTitle: false,
        iconStyle: {borderColor: color('--faint')},
        feature: {
          dataZoom: {title: {zoom: 'zoom', back: 'back'}, filterMode: 'none'},
          restore: {title: 'all'},
        },
      },
      dataZoom: [{type: 'inside', xAxisIndex: 0, zoomOnMouseWheel: 'ctrl',
        moveOnMouseMove: 'ctrl', preventDefaultMouseMove: false, filterMode: 'none'}],
      tooltip: Object.assign({
        confine: true, backgroundColor: color('--raised'), borderColor: color('--line'),
        textStyle: {color: color('--ink'), fontSize: 12},
      }, tooltip),
      xAxis: x, yAxis: y,
      series: series.map(each => Object.assign(each, {progressive: 0})), // SVG is drawn at once
    };
  }

  // the vertical axis has its name at its top, where it takes no width
  const upright = (name, more) => axis(name, Object.assign({
    nameLocation: 'end', nameGap: 8,
    nameTextStyle: {color: color('--faint'), align: 'left'},
  }, more));

  function curves(figure, chosen) {
    const picture = figure.choices[chosen.choice].picture;
    const isOverMany = picture.series.some(s => s.kind === 'thin');
    let line = 0;
    const series = picture.series.map(s => {
      const x = arrays[s.x], y = arrays[s.y];
      const points = Array.from(x, (each, i) => [each, y[i]]);
      const base = {name: s.name, data: points, labels: s.labels};
      switch (s.kind) {
        case 'points':
          return Object.assign(base, {type: 'scatter', symbolSize: 5, z: 3,
            itemStyle: {color: palette()[line++ % 6], opacity: 0.55}});
        case 'thin':
          return Object.assign(base, {type: 'line', showSymbol: false, silent: true, z: 1,
            lineStyle: {color: color('--thin'), width: 0.8, opacity: 0.35},
            itemStyle: {color: color('--thin')}});
        case 'dashed':
          return Object.assign(base, {type: 'line', showSymbol: false, z: 2,
            lineStyle: {color: color('--faint'), width: 1.4, type: 'dashed'},
            itemStyle: {color: color('--faint')}});
        default:
          const of = isOverMany ? color('--ink') : palette()[line++ % 6];
          return Object.assign(base, {type: 'line', showSymbol: points.length === 1, z: 4,
            lineStyle: {color: of, width: points.length > 300 ? 1 : 1.8}, itemStyle: {color: of}});
      }
    });
    const names = [...new Set(picture.series.map(s => s.name))];
    const hasPoints = picture.series.some(s => s.kind === 'points');
    const tooltip = hasPoints
      ? {trigger: 'item', formatter: p => words(series[p.seriesIndex], p)}
      : {trigger: 'axis', formatter: all => axisWords(picture, all)};
    const range = picture.range ? {min: picture.range[0], max: picture.range[1], axisLabel: {color: color('--faint'), formatter: tick, showMinLabel: false, showMaxLabel: false}} : {};
    series.forEach(s => { s.clip = true; });
    return option(series, axis(picture.x), upright(picture.y, range), names, tooltip);
  }

  function words(series, p) {
    const label = series.labels && series.labels.length
      ? '<b>' + escaped(series.labels[p.dataIndex]) + '</b><br>' : '';
    return label + escaped(p.seriesName) + ': ' + short(p.value[0]) + ', ' + short(p.value[1]);
  }

  function axisWords(picture, all) {
    const told = all.filter(p => picture.series[p.seriesIndex].kind !== 'thin').slice(0, 12);
    if (!told.length) return '';
    return escaped(picture.x) + ' ' + short(told[0].value[0]) + told
      .map(p => '<br>' + p.marker + escaped(p.seriesName) + ': <b>' + short(p.value[1]) + '</b>')
      .join('');
  }

  function pairs(figure, chosen) {
    const x = figure.columns[chosen.x], y = figure.columns[chosen.y];
    const points = piece => {
      const ys = arrays[y.arrays[piece]];
      return Array.from(arrays[x.arrays[piece]], (each, i) => [each, ys[i]]);
    };
    const last = x.arrays.length - 1; // those that diverged
    const all = x.arrays.slice(0, last).flatMap((array, piece) => points(piece));
    const every = Math.ceil(all.length / 2000); // dots that are drawn at most
    const draws = all.filter((point, i) => i % every === 0);
    const diverged = points(last);
    const series = [{type: 'scatter', name: 'draws', data: draws, symbolSize: 4,
      itemStyle: {color: color('--c0'), opacity: 0.4}}];
    if (diverged.length) {
      series.push({type: 'scatter', name: 'diverged', data: diverged, symbolSize: 7, z: 5,
        itemStyle: {color: color('--divergent')}});
    }
    return option(series, axis(x.name), upright(y.name), series.map(s => s.name),
      {trigger: 'item', formatter: p =>
        escaped(p.seriesName) + '<br>' + escaped(x.name) + ' ' + short(p.value[0]) + '<br>'
        + escaped(y.name) + ' ' + short(p.value[1])});
  }

  function intervals(figure, chosen) {
    const rows = figure.choices[chosen.choice].rows.slice().reverse();
    const blue = color('--c0');
    const series = [{
      type: 'custom', name: figure.axis, encode: {x: [1, 2, 3], y: 0},
      data: rows.map((row, i) => [i, row.low, row.high, row.middle]),
      renderItem: (params, api) => {
        const at = x => api.coord([x, api.value(0)]);
        const [from, y] = at(api.value(1));
        return {type: 'group', children: [
          {type: 'line', shape: {x1: from, y1: y, x2: at(api.value(2))[0], y2: y},
            style: {stroke: blue, lineWidth: 2}},
          {type: 'circle', shape: {cx: at(api.value(3))[0], cy: y, r: 3.5}, style: {fill: blue}},
        ]};
      },
    }];
    const result = option(series, axis(figure.axis), upright('', {
      type: 'category', data: rows.map(row => row.name),
      axisLabel: {color: color('--ink'), width: 110, overflow: 'truncate', interval: 0},
      splitLine: {show: false},
    }), [], {trigger: 'item', formatter: p => {
      const row = rows[p.value[0]];
      const number = data.numbers.find(each => each.name === row.name);
      return '<b>' + escaped(row.name) + '</b><br>' + short(row.middle) + ', from '
        + short(row.low) + ' to ' + short(row.high)
        + (number && number.rhat !== null ? '<br>R-hat ' + number.rhat.toFixed(3) : '');
    }});
    result.yAxis.axisLabel.formatter = undefined;
    return result;
  }

  const intervalHeight = (figure, chosen) =>
    Math.max(15, 6 + 1.15 * figure.choices[chosen.choice].rows.length) + 'rem';

  const kinds = {curves, pairs, intervals};

  // --- figures on the page

  const shown = [];

  function show(figure) {
    const root = document.getElementById(figure.id);
    const chosen = figure.kind === 'pairs'
      ? {x: figure.first[0], y: figure.first[1]} : {choice: figure.first};
    const names = (figure.columns || figure.choices).map(each => each.name);
    const view = {figure, chosen, root, names, chart: null, selects: []};
    for (const key of Object.keys(chosen)) {
      if (names.length > 1) {
        const select = document.createElement('select');
        select.setAttribute('aria-label', figure.title + (key === 'choice' ? '' : ', ' + key));
        names.forEach((name, i) => select.add(new Option(name, i)));
        select.value = chosen[key];
        select.addEventListener('change', () => choose(names[select.value], view, key));
        root.querySelector('.choices').append(select);
        view.selects.push([key, select]);
      }
    }
    shown.push(view);
    draw(view);
  }

  function draw(view) {
    const plot = view.root.querySelector('.plot');
    if (view.figure.kind === 'intervals') {
      view.root.style.setProperty('--tall', intervalHeight(view.figure, view.chosen));
    }
    if (!view.chart) {
      view.chart = echarts.init(plot, null, {renderer: 'svg'});
      view.chart.on('finished', () => { view.root.dataset.drawn = 'yes'; });
    }
    view.chart.resize({width: plot.clientWidth, height: plot.clientHeight});
    view.chart.setOption(kinds[view.figure.kind](view.figure, view.chosen), true);
    const told = Object.values(view.chosen).map(i => view.names[i]).filter(Boolean);
    view.root.querySelector('.printed').textContent = view.names.length > 1 ? told.join(', ') : '';
    view.selects.forEach(([key, select]) => { select.value = view.chosen[key]; });
  }

  // what is chosen in one figure is chosen in all that have it
  function choose(name, from, key) {
    if (from && key !== 'choice') {
      from.chosen[key] = from.names.indexOf(name);
      draw(from);
      return;
    }
    for (const view of shown) {
      const place = view.names.indexOf(name);
      if (place >= 0 && view.figure.kind !== 'pairs' && view.chosen.choice !== place) {
        view.chosen.choice = place;
        draw(view);
      }
    }
    document.querySelectorAll('tr[data-number]').forEach(row =>
      row.classList.toggle('chosen', row.dataset.number === name));
  }

  const drawAll = () => shown.forEach(draw);
  data.figures.forEach(show);

  // --- the table: sort by a column, find a name, choose a number

  const table = document.querySelector('table.numbers');
  if (table) {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    rows.forEach(row => row.addEventListener('click', () => choose(row.dataset.number)));
    table.querySelectorAll('thead button').forEach((button, column) => {
      let isUp = false;
      button.addEventListener('click', () => {
        isUp = !isUp;
        const key = row => row.cells[column].dataset.value;
        const less = column === 0
          ? (a, b) => rows.indexOf(a) - rows.indexOf(b)
          : (a, b) => (Number(key(a)) || 0) - (Number(key(b)) || 0);
        [...body.rows].sort((a, b) => isUp ? less(a, b) : less(b, a)).forEach(r => body.append(r));
      });
    });
    const find = document.getElementById('find');
    if (find) {
      find.addEventListener('input', () => rows.forEach(row => {
        row.hidden = !row.dataset.number.toLowerCase().includes(find.value.toLowerCase());
      }));
    }
  }

  // --- other widths, colours and paper

  let width = window.innerWidth;
  window.addEventListener('resize', () => {
    if (width !== window.innerWidth) {
      width = window.innerWidth;
      drawAll();
    }
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  window.addEventListener('beforeprint', () => { isPrinting = true; drawAll(); });
  window.addEventListener('afterprint', () => { isPrinting = false; drawAll(); });
})();
