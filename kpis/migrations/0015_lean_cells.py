import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0008_definitions_by_year'),
        ('kpis', '0014_ranges_not_shown'),
    ]

    operations = [
        migrations.RemoveField(model_name='total', name='contributors_high'),
        migrations.RemoveField(model_name='total', name='largest_high'),
        migrations.RenameField(model_name='total', old_name='contributors_low', new_name='contributors'),
        migrations.RenameField(model_name='total', old_name='largest_low', new_name='largest'),
        migrations.RemoveField(model_name='periodtotal', name='contributors_low'),
        migrations.RemoveField(model_name='periodtotal', name='contributors_high'),
        migrations.RemoveField(model_name='periodtotal', name='largest_low'),
        migrations.RemoveField(model_name='periodtotal', name='largest_high'),
        migrations.AddField(
            model_name='countedline',
            name='indicator_version',
            field=models.ForeignKey(db_constraint=False, db_index=False, default=0, help_text='which breakdowns the line may have', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='core.indicatorversion'),
            preserve_default=False,
        ),
        migrations.RunSQL(
            'UPDATE kpis_countedline SET indicator_version_id ='
            ' (SELECT f.indicator_version_id FROM kpis_figure f WHERE f.id = figure_id)',
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name='figure',
            name='others',
            field=models.ForeignKey(blank=True, db_index=False, help_text="whose staff they are; empty with 'others': unknown", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claimed_figures', to='members.organisation'),
        ),
        migrations.AlterField(
            model_name='figurecategory',
            name='figure',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='kpis.figure'),
        ),
    ]
