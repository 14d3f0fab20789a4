"""The week as a picture: what comes, who is needed, who would be there."""

from typing import Final

from bot.staffing.plan import Plan

WIDE, HIGH, LEFT, TOP, BOTTOM = 1000, 340, 48, 54, 44
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def week(plan: Plan) -> str:
    """SVG: bars for the agents needed, a line for the rota, by hour."""
    hours = len(plan.hours)
    needed = [plan.needed(at) for at in range(hours)]
    there = [0] * hours
    for shift in plan.rota.shifts:
        for at, begin in enumerate(plan.hours):
            if shift.begins <= begin < shift.ends and begin != shift.pause:
                there[at] += 1
    most = max(*needed, *there, 1)
    step = (WIDE - LEFT - 12) / hours
    tall = HIGH - TOP - BOTTOM

    def x(at: float) -> float:
        return LEFT + at * step

    def y(count: float) -> float:
        return TOP + tall * (1 - count / most)

    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}"'
        ' font-family="system-ui, sans-serif" font-size="12" fill="#1b2a33">',
        f'<rect width="{WIDE}" height="{HIGH}" fill="#fff"/>',
        f'<text x="12" y="22" font-size="15" font-weight="600">Week of {plan.first}</text>',
        f'<text x="12" y="40" fill="#5b6b75">agents by hour of the day; bars: needed at work; line: on the'
        f" proposed rota; {plan.arrivals:.0f} contacts, {plan.agent_hours} agent hours</text>",
    ]
    for count in range(0, most + 1, -(-most // 5)):
        drawn.append(
            f'<line x1="{LEFT}" x2="{WIDE - 12}" y1="{y(count):.1f}" y2="{y(count):.1f}" stroke="#dde4e8"/>'
            f'<text x="{LEFT - 8}" y="{y(count) + 4:.1f}" text-anchor="end">{count}</text>'
        )
    for at, count in enumerate(needed):
        if count:
            drawn.append(
                f'<rect x="{x(at):.1f}" y="{y(count):.1f}" width="{step * 0.8:.1f}"'
                f' height="{TOP + tall - y(count):.1f}" fill="#2f7d9a"/>'
            )
    if plan.rota.shifts:
        points = " ".join(
            f"{x(at + side):.1f},{y(count):.1f}"
            for at, count in enumerate(there)
            for side in (0, 1)
        )
        drawn.append(
            f'<polyline points="{points}" fill="none" stroke="#c84b31" stroke-width="1.6"/>'
        )
    for at, begin in enumerate(plan.hours):
        if begin.hour in (6, 12, 18):
            drawn.append(
                f'<text x="{x(at):.1f}" y="{HIGH - BOTTOM + 13}" text-anchor="middle" font-size="9"'
                f' fill="#5b6b75">{begin.hour}</text>'
            )
        if begin.hour == 0:
            drawn.append(
                f'<line x1="{x(at):.1f}" x2="{x(at):.1f}" y1="{TOP}" y2="{HIGH - BOTTOM}"'
                ' stroke="#b8c4cb"/>'
                f'<text x="{x(at + 12):.1f}" y="{HIGH - 14}" text-anchor="middle">{DAYS[begin.weekday()]}'
                f" {begin.day}</text>"
            )
    return "\n".join([*drawn, "</svg>\n"])
