"""The words of a report, as Jinja templates; whatever is filled in is escaped."""

from __future__ import annotations

_STYLE = """
body { margin: 0; background: #f6f8fa; color: #1f2328;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; }
main { max-width: 960px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 19px; margin: 0 0 8px; }
p { margin: 0 0 12px; }
.muted { color: #59636e; }
section { background: #fff; border: 1px solid #d1d9e0; border-radius: 8px;
  padding: 20px 24px; margin-top: 20px; overflow-x: auto; }
.figures { display: grid; gap: 12px; padding: 0; margin: 20px 0 0;
  grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); }
.figures div { background: #fff; border: 1px solid #d1d9e0; border-radius: 8px;
  padding: 10px 14px; }
.figures dt { color: #59636e; font-size: 13px; }
.figures dd { margin: 0; font-size: 22px; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; width: 100%; margin-top: 12px; font-size: 14px; }
th, td { padding: 5px 10px; border-bottom: 1px solid #eaeef2; text-align: left;
  overflow-wrap: anywhere; }
th { color: #59636e; font-weight: 600; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.chip { display: inline-block; width: 11px; height: 11px; border-radius: 2px;
  margin-right: 6px; border: 1px solid #1f232833; }
.counts > span { margin-right: 14px; white-space: nowrap; font-size: 13px; }
figure { margin: 16px 0 28px; }
figcaption { margin-top: 4px; overflow-wrap: anywhere; }
img, svg { display: block; max-width: 100%; height: auto; }
.sides { display: flex; gap: 6px; font-size: 13px; }
.sides span { flex: 1; }
@media print { section, .figures div { break-inside: avoid; border: 0; } }
"""

HTML = (
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>Comparison {{ results.key }}: {{ config.base_field }} and \
{{ config.revised_field }}</title>
<style>"""
    + _STYLE
    + """</style>
</head>
<body>
<main>
<h1>{{ config.base_field }} → {{ config.revised_field }}</h1>
<p class="muted">Comparison <b>{{ results.key }}</b> of the dataset
<b>{{ dataset_name | one_line }}</b>, {{ compared_at }}</p>

<dl class="figures">
{% for name, value in figures %}
<div><dt>{{ name }}</dt><dd>{{ value }}</dd></div>
{% endfor %}
</dl>

{% if statuses %}
<section>
<h2>What became of the objects</h2>
{{ charts.statuses | svg }}
<table>
<tr><th>Status</th><th class="n">base</th><th class="n">revised</th><th></th></tr>
{% for status, base, revised in statuses %}
<tr><td><span class="chip" style="background: {{ status.color }}"></span>\
{{ status }}</td>
<td class="n">{{ base | count }}</td><td class="n">{{ revised | count }}</td>
<td class="muted">{{ status.description }}</td></tr>
{% endfor %}
</table>
</section>
{% endif %}

{% if charts.iou is defined %}
<section>
<h2>How well the pairs agree</h2>
<p class="muted">{{ iou_note }}</p>
{{ charts.iou | svg }}
</section>
{% endif %}

{% if classes %}
<section>
<h2>Classes</h2>
<p class="muted">{{ classes_note }}</p>
{{ charts.classes | svg }}
<table>
<tr><th>Class</th><th class="n">base</th><th class="n">revised</th>
<th class="n">difference</th><th class="n">PQ</th><th class="n">SQ</th>
<th class="n">RQ</th></tr>
{% for row in classes %}
<tr><td>{{ row.class | one_line }}</td><td class="n">{{ row.base | count }}</td>
<td class="n">{{ row.revised | count }}</td>
<td class="n">{{ row.difference | change }}</td>
<td class="n">{{ row.pq | quality }}</td>
<td class="n">{{ row.sq | quality }}</td><td class="n">{{ row.rq | quality }}</td></tr>
{% endfor %}
</table>
</section>
{% endif %}

{% if charts.relabels is defined %}
<section>
<h2>Other classes for the same objects</h2>
<p class="muted">{{ relabels_note }}</p>
{{ charts.relabels | svg }}
</section>
{% endif %}

{% if examples %}
<section>
<h2>Images with the most disagreement</h2>
<p class="muted">{{ examples_note }}</p>
{% for example in examples %}
<figure>
<div class="sides muted"><span>base: {{ config.base_field }}</span>
<span>revised: {{ config.revised_field }}</span></div>
<img src="{{ example.jpeg | data_address }}"
  alt="Outlines of both label sets on {{ example.file_name | one_line }}">
<figcaption><b>{{ example.file_name | one_line }}</b>, disagreement
{{ example.disagreement | quality }}{% if not example.found %}, its image was not \
found{% endif %}
<div class="counts">
{% for status, (base, revised) in example.statuses.items() %}
<span><span class="chip" style="background: {{ status.color }}"></span>{{ status }} \
{{ base }} / {{ revised }}</span>
{% endfor %}
</div></figcaption>
</figure>
{% endfor %}
</section>
{% endif %}

{% if broken %}
<section>
<h2>Broken labels</h2>
<p class="muted">Counted as degenerate, and matched with nothing.</p>
<table>
<tr><th class="n">Labels</th><th>What is wrong</th><th>For example</th></tr>
{% for reason, found in broken.items() %}
<tr><td class="n">{{ found.count | count }}</td><td>{{ reason | one_line }}</td>
<td>{{ found.label_ids | join(", ") }}</td></tr>
{% endfor %}
</table>
</section>
{% endif %}

<section>
<h2>How to read this</h2>
{% for line in definitions %}
<p>{{ line }}</p>
{% endfor %}
</section>
</main>
</body>
</html>
"""
)

MARKDOWN = """# {{ config.base_field }} → {{ config.revised_field }}

Comparison {{ results.key }} of the dataset {{ dataset_name }}, {{ compared_at }}

| | |
|:--|--:|
{% for name, value in figures %}
| {{ name }} | {{ value }} |
{% endfor %}

{% if statuses %}
## What became of the objects

![Objects by status]({{ folder }}/statuses.svg)

| Status | base | revised | |
|:--|--:|--:|:--|
{% for status, base, revised in statuses %}
| {{ status }} | {{ base | count }} | {{ revised | count }} | \
{{ status.description | safe }} |
{% endfor %}

{% endif %}
{% if charts.iou is defined %}
## How well the pairs agree

{{ iou_note }}

![Pairs by IoU]({{ folder }}/iou.svg)

{% endif %}
{% if classes %}
## Classes

{{ classes_note }}

![PQ by class]({{ folder }}/classes.svg)

| Class | base | revised | difference | PQ | SQ | RQ |
|:--|--:|--:|--:|--:|--:|--:|
{% for row in classes %}
| {{ row.class }} | {{ row.base | count }} | {{ row.revised | count }} | \
{{ row.difference | change }} | {{ row.pq | quality }} | {{ row.sq | quality }} | \
{{ row.rq | quality }} |
{% endfor %}

{% endif %}
{% if charts.relabels is defined %}
## Other classes for the same objects

{{ relabels_note }}

![Relabeled pairs]({{ folder }}/relabels.svg)

{% endif %}
{% if examples %}
## Images with the most disagreement

{{ examples_note }}

{% for example in examples %}
**{{ example.file_name }}**, disagreement {{ example.disagreement | quality }}\
{% if not example.found %}, its image was not found{% endif %}: \
{% for status, (base, revised) in example.statuses.items() %}
{{ "" if loop.first else ", " }}{{ status }} {{ base }} / {{ revised }}\
{% endfor %}


![Base on the left, revised on the right]({{ folder }}/example-{{ loop.index }}.jpg)

{% endfor %}
{% endif %}
{% if broken %}
## Broken labels

Counted as degenerate, and matched with nothing.

| Labels | What is wrong | For example |
|--:|:--|:--|
{% for reason, found in broken.items() %}
| {{ found.count | count }} | {{ reason }} | {{ found.label_ids | join(", ") }} |
{% endfor %}

{% endif %}
## How to read this

{% for line in definitions %}
{{ line }}

{% endfor %}
"""

DEFINITIONS = (
    "Objects of the earlier label set, base, are matched with those of the later one, "
    "revised, image by image and one to one, by the intersection over union (IoU) of "
    "their masks, or of their boxes where there are no masks. A pair has an IoU of at "
    "least {iou:g}, a displaced pair of at least {low_iou:g}; of a part of a split or "
    "merged object, at least {cover:g} lies inside the whole.",
    "Identical and refined pairs are true positives (TP). Every other revised object "
    "is a false positive (FP) and every other base object a false negative (FN). "
    "Crowds are left out on both sides, and so are the parts of a crowd.",
    "RQ = TP / (TP + FP/2 + FN/2), SQ is the mean IoU of the true positives, and the "
    "panoptic quality is PQ = SQ x RQ (Kirillov et al., 2019). The disagreement of an "
    "image is 1 - PQ over all its classes.",
)
"""What the words and figures mean; the thresholds are filled in."""
